using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Trust;

namespace SigningAction.Authority.Trust;

/// <summary>
/// What this authority asks to be trusted with, in the three files that Sigstore clients read. Made once, from what was fixed at <c>init</c>; nothing
/// of a request is in it.
/// </summary>
public sealed class AuthorityTrust
{
    /// <summary>Names of the files, on the web and on disk.</summary>
    public const string TrustedRootFile = "trusted_root.json";

    /// <inheritdoc cref="TrustedRootFile"/>
    public const string SigningConfigFile = "signing_config.json";

    /// <inheritdoc cref="TrustedRootFile"/>
    public const string ClientTrustConfigFile = "client_trust_config.json";

    /// <summary>Puts the files together.</summary>
    public AuthorityTrust(TrustMaterial material)
    {
        var validFor = new Validity(material.Start);
        var root = new TrustedRootBuilder { Organization = material.Organization };
        foreach (var log in material.SignatureLogs)
        {
            root.AddLog(log.Url, log.Key, log.ValidFor);
        }

        foreach (var log in material.CertificateLogs)
        {
            root.AddCertificateLog($"{log.Url}/ct", log.Key, log.ValidFor);
        }

        foreach (var authority in material.Authorities)
        {
            root.AddCertificateAuthority(material.Url, TrustMaterial.CertificateAuthorityName, Der(authority.Chain), authority.ValidFor)
                .AddTimestampAuthority(TimestampUrl(material.Url), TrustMaterial.TimestampAuthorityName, Der(authority.TimestampChain), authority.ValidFor);
        }

        Root = root.Build();
        var config = SigningConfig.Create(
            new SigningService(material.Url, 1, validFor, material.Organization),
            [.. ForSigning(material.SignatureLogs).Select(log => new SigningService(log.Url, 2, new Validity(log.ValidFor.Start, log.Frozen), material.Organization))],
            new SigningService(TimestampUrl(material.Url), 1, validFor, material.Organization));
        Files =
        [
            new TrustFile(TrustedRootFile, Root.ToJson()),
            new TrustFile(SigningConfigFile, config.ToJson()),
            new TrustFile(ClientTrustConfigFile, new ClientTrustConfig(Root, config).ToJson()),
        ];
    }

    /// <summary>The trusted root.</summary>
    public TrustedRoot Root { get; }

    /// <summary>All files.</summary>
    public IReadOnlyList<TrustFile> Files { get; }

    /// <summary>The content of one file.</summary>
    public ReadOnlyMemory<byte> this[string name] => Files.Single(file => file.Name == name).Content;

    /// <summary>
    /// The open one, and after it those that were frozen before, the newest first, each with its end. Of several open ones it is the oldest: a new log is trusted
    /// everywhere before anybody signs with it, and freezing the old one is what switches.
    /// </summary>
    private static IEnumerable<TrustedLog> ForSigning(IReadOnlyList<TrustedLog> logs) =>
        logs.Where(log => log.Frozen is not null).Append(logs.First(log => log.Frozen is null)).Reverse();

    /// <summary>A timestamp authority is named by its complete URL, unlike the others.</summary>
    private static string TimestampUrl(string url) => $"{url}/api/v1/timestamp";

    private static IReadOnlyList<ReadOnlyMemory<byte>> Der(IEnumerable<Certificate> chain) => [.. chain.Select(certificate => certificate.RawBytes)];
}
