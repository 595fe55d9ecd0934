namespace SigningAction.Evidence.Bundles;

/// <summary>Version of a Sigstore bundle: what its media type says.</summary>
public enum BundleVersion
{
    /// <summary>Never used: a default value is no version.</summary>
    None = 0,

    /// <summary>v0.1: certificate chain, inclusion promise.</summary>
    V01,

    /// <summary>v0.2: certificate chain, inclusion proof.</summary>
    V02,

    /// <summary>v0.3: one certificate, inclusion proof. The one that is written.</summary>
    V03,
}
