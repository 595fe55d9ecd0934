using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Trust;

/// <summary>Puts the trusted root of one instance together.</summary>
public sealed class TrustedRootBuilder
{
    private readonly List<LogInstanceJson> _logs = [];
    private readonly List<LogInstanceJson> _certificateLogs = [];
    private readonly List<AuthorityJson> _authorities = [];
    private readonly List<AuthorityJson> _timestampAuthorities = [];

    /// <summary>The O of the instance's certificates. v0.1 has no member for who runs a log.</summary>
    public required string Organization { get; init; }

    /// <summary>Adds a Rekor v2 log; its origin is the host of <paramref name="baseUrl"/>.</summary>
    public TrustedRootBuilder AddLog(string baseUrl, VerificationKey key, Validity validFor)
    {
        _logs.Add(Log(baseUrl, key, validFor, NoteKey.ForLog(new Uri(baseUrl).IdnHost, key).FullId.ToArray()));
        return this;
    }

    /// <summary>Adds a certificate log: its id is the hash of its key (RFC 6962, section 3.2).</summary>
    public TrustedRootBuilder AddCertificateLog(string baseUrl, VerificationKey key, Validity validFor)
    {
        _certificateLogs.Add(Log(baseUrl, key, validFor, key.Id.ToArray()));
        return this;
    }

    /// <summary>Adds a certificate authority: issuing certificate first, anchor last.</summary>
    public TrustedRootBuilder AddCertificateAuthority(string uri, string commonName, IReadOnlyList<ReadOnlyMemory<byte>> chain, Validity validFor)
    {
        _authorities.Add(Authority(uri, commonName, chain, validFor));
        return this;
    }

    /// <summary>Adds a timestamp authority: leaf first, anchor last.</summary>
    public TrustedRootBuilder AddTimestampAuthority(string uri, string commonName, IReadOnlyList<ReadOnlyMemory<byte>> chain, Validity validFor)
    {
        _timestampAuthorities.Add(Authority(uri, commonName, chain, validFor));
        return this;
    }

    /// <summary>The root, read back through the same checks that every root passes.</summary>
    public TrustedRoot Build() => TrustedRoot.FromJson(new TrustedRootJson
    {
        MediaType = TrustedRoot.MediaType,
        Tlogs = _logs,
        CertificateAuthorities = _authorities,
        Ctlogs = _certificateLogs,
        TimestampAuthorities = _timestampAuthorities,
    });

    private static LogInstanceJson Log(string baseUrl, VerificationKey key, Validity validFor, byte[] id) => new()
    {
        BaseUrl = baseUrl,
        HashAlgorithm = "SHA2_256",
        PublicKey = new PublicKeyInstanceJson { RawBytes = key.Spki.ToArray(), KeyDetails = key.Details, ValidFor = validFor.ToJson() },
        LogId = new KeyIdJson { KeyId = id },
    };

    private AuthorityJson Authority(string uri, string commonName, IReadOnlyList<ReadOnlyMemory<byte>> chain, Validity validFor) => new()
    {
        Subject = new DistinguishedNameJson { Organization = Organization, CommonName = commonName },
        Uri = uri,
        CertChain = new ChainJson { Certificates = [.. chain.Select(der => new CertificateJson { RawBytes = der.ToArray() })] },
        ValidFor = validFor.ToJson(),
    };
}
