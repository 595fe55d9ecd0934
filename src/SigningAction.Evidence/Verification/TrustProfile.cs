using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>What an instance is known to give as proof, and so what is demanded of its bundles. A closed set: a new one needs its own argument.</summary>
public sealed class TrustProfile
{
    private readonly string? _organization;

    private TrustProfile(string name, string? organization, bool needsLogs)
    {
        Name = name;
        _organization = organization;
        NeedsLogs = needsLogs;
    }

    /// <summary>Sigstore, public or private: transparency log, certificate log, and a time of either kind. What is demanded unless a policy says otherwise.</summary>
    public static TrustProfile Sigstore { get; } = new("sigstore", null, needsLogs: true);

    /// <summary>
    /// GitHub's own instance, which signs for private repositories: nothing is published, so there is no log of signatures and none of certificates.
    /// Instead an RFC 3161 timestamp is demanded, and that the authority which the trusted root gives is "GitHub, Inc."
    /// </summary>
    public static TrustProfile GitHub { get; } = new("github", "GitHub, Inc.", needsLogs: false);

    /// <summary>Short name: <c>sigstore</c>, <c>github</c>.</summary>
    public string Name { get; }

    /// <summary>Whether a signature and its certificate must be in logs. Where they need not, nothing of them may be published either, and a timestamp is demanded.</summary>
    public bool NeedsLogs { get; }

    /// <summary>Whether a promise of a log is not enough as time.</summary>
    internal bool NeedsTimestamp => !NeedsLogs;

    /// <summary>
    /// The profile that the certificate of a bundle names as its instance's, as <c>gh attestation verify</c> chooses between its two roots. Unproven:
    /// it only tells which root and profile to verify with, and both profiles check what they rely on.
    /// </summary>
    /// <exception cref="EvidenceException">The certificate does not parse up to its issuer.</exception>
    public static TrustProfile NamedBy(Bundle bundle) =>
        bundle.Signer.KeyHint is null && GitHub.IsIssuer(Certificate.IssuerOf(bundle.Signer.Certificate)) ? GitHub : Sigstore;

    /// <summary>Whether the root lists a certificate authority whose certificates this profile can accept.</summary>
    public bool IsListedIn(TrustedRoot root) => root.CertificateAuthorities.Any(authority => _organization is null || IsIssuer(authority.Chain.Certificates[0].Subject));

    /// <summary>Refuses an authority of another instance.</summary>
    internal void RequireIssuer(Certificate issuer)
    {
        if (_organization is not null && !IsIssuer(issuer.Subject))
        {
            throw new EvidenceException(FailureCode.UntrustedIssuer, $"The certificate was issued by \"{issuer.Subject}\", which is not {_organization}.");
        }
    }

    private bool IsIssuer(DistinguishedName name) => name.Organizations.Take(2).ToArray() is [var only] && string.Equals(only, _organization, StringComparison.Ordinal);
}
