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

    /// <summary>Who runs the instance: what thresholds count once.</summary>
    public required string Operator { get; init; }

    /// <summary>Adds a Rekor v2 log; its origin is the host of <paramref name="baseUrl"/>.</summary>
    public TrustedRootBuilder AddLog(string baseUrl, VerificationKey key, Validity validFor)
    {
        var id = NoteKey.ForLog(new Uri(baseUrl).IdnHost, key).FullId.ToArray();
        _logs.Add(Log(baseUrl, key, validFor, id) with { CheckpointKeyId = new KeyIdJson { KeyId = id[..4] } });
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

    private LogInstanceJson Log(string baseUrl, VerificationKey key, Validity validFor, byte[] id) => new()
    {
        BaseUrl = baseUrl,
        HashAlgorithm = "SHA2_256",
        PublicKey = new PublicKeyInstanceJson { RawBytes = key.Spki.ToArray(), KeyDetails = key.Details, ValidFor = validFor.ToJson() },
        LogId = new KeyIdJson { KeyId = id },
        Operator = Operator,
    };

    private AuthorityJson Authority(string uri, string commonName, IReadOnlyList<ReadOnlyMemory<byte>> chain, Validity validFor) => new()
    {
        Subject = new DistinguishedNameJson { Organization = Operator, CommonName = commonName },
        Uri = uri,
        CertChain = new ChainJson { Certificates = [.. chain.Select(der => new CertificateJson { RawBytes = der.ToArray() })] },
        ValidFor = validFor.ToJson(),
        Operator = Operator,
    };
}
