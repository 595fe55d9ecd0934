namespace SigningAction.Authority.Trust;

/// <summary>What an authority's trust files are made from.</summary>
public sealed record TrustMaterial
{
    /// <summary>Common name of the issuing authority in trust files.</summary>
    public const string CertificateAuthorityName = "signing-authority";

    /// <summary>Common name of the timestamp authority in trust files.</summary>
    public const string TimestampAuthorityName = "signing-authority timestamps";

    /// <summary>Base URL, without a trailing slash.</summary>
    public required string Url { get; init; }

    /// <summary>The one O of all certificates, and the operator of all services.</summary>
    public required string Organization { get; init; }

    /// <summary>From when on all of it is to be trusted.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Every set of certificates that ever was, oldest first: what one of them signed stays signed.</summary>
    public required IReadOnlyList<TrustedAuthority> Authorities { get; init; }

    /// <summary>Every signature log that ever was, oldest first: what one of them proved stays proven.</summary>
    public required IReadOnlyList<TrustedLog> SignatureLogs { get; init; }

    /// <summary>Every certificate log that ever was, oldest first.</summary>
    public required IReadOnlyList<TrustedLog> CertificateLogs { get; init; }
}
