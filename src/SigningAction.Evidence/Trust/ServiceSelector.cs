namespace SigningAction.Evidence.Trust;

/// <summary>How many services of a kind a signer must use (<c>ServiceSelector</c> of sigstore_trustroot.proto).</summary>
public enum ServiceSelector
{
    /// <summary>Not stated: refused wherever services are listed.</summary>
    Undefined = 0,

    /// <summary>Every operator's.</summary>
    All,

    /// <summary>Any one.</summary>
    Any,

    /// <summary>Exactly so many.</summary>
    Exact,
}
