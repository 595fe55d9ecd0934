using System.Security.Cryptography;
using System.Text;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// Makes an authority: once, whole or not at all. Everything is written beside the directory and renamed into place, so a run that was cut short leaves
/// no authority that half works and whose keys somebody might come to trust.
/// </summary>
public static class AuthoritySetup
{
    /// <summary>GitHub's issuer.</summary>
    public const string GitHubIssuer = "https://token.actions.githubusercontent.com";

    private const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>Makes an authority in a directory that does not exist yet, or is empty.</summary>
    /// <exception cref="ConfigurationRefusedException">Something is there already, or an option is wrong.</exception>
    /// <exception cref="IOException">The medium refused.</exception>
    public static async Task CreateAsync(string directory, AuthoritySetupOptions options, TimeProvider time, CancellationToken cancellationToken = default)
    {
        var target = AuthorityPaths.Of(directory).Root.TrimEnd(Path.DirectorySeparatorChar);
        if (File.Exists(target))
        {
            throw new ConfigurationRefusedException($"{target} is a file. Nothing is overwritten: choose a directory that does not exist yet.");
        }

        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new ConfigurationRefusedException($"{target} exists already and is not empty. Nothing is overwritten: choose another directory, or move that one away.");
        }

        if (AuthorityUrl.Fault(options.Url) is { } fault)
        {
            throw new ConfigurationRefusedException($"The URL {fault}");
        }

        var parent = Path.GetDirectoryName(target) ?? throw new ConfigurationRefusedException("The root of a file system is no place for an authority.");
        Directory.CreateDirectory(parent);
        var building = Path.Combine(parent, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.init");
        try
        {
            CreateDirectory(building);
            await BuildAsync(new AuthorityPaths(building), options, time, cancellationToken);
            if (Directory.Exists(target))
            {
                // Empty, as was seen; if not any more, this throws and nothing is lost.
                Directory.Delete(target);
            }

            Directory.Move(building, target);
            Libc.SyncDirectory(parent);
        }
        finally
        {
            if (Directory.Exists(building))
            {
                Directory.Delete(building, recursive: true);
            }
        }
    }

    private static async Task BuildAsync(AuthorityPaths paths, AuthoritySetupOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var configuration = new AuthorityConfiguration
        {
            Url = options.Url,
            Organization = options.Organization ?? AuthorityUrl.Host(options.Url),
            Exchange = new ExchangeOptions { Issuers = options.Issuers.Count > 0 ? options.Issuers : [GitHub()], RsaKeys = options.RsaKeys },
            Clock = options.Clock,
            Limits = options.Limits,
            Ledger = options.Ledger,
            Bundles = options.Bundles,
        };
        ConfigurationFile.Create(paths.Configuration, configuration);
        DurableFile.Create(paths.Policy, Encoding.UTF8.GetBytes(PolicyTemplate.Text), DurableFile.Public);
        DurableFile.Create(paths.PolicySchema, Encoding.UTF8.GetBytes(PolicySchema.Text()), DurableFile.Public);
        var keys = KeyDirectory.Create(paths.Keys);
        CreateDirectory(paths.Certificates);
        DurableFile.Create(paths.FixedUrl, Encoding.ASCII.GetBytes(configuration.Url + "\n"), DurableFile.Public);
        CertificateSet.Make(paths, keys, configuration.Organization, 1, time);
        await CreateLedgerAsync(paths, keys, configuration, time, cancellationToken);
        Libc.SyncDirectory(paths.Root);
    }

    private static async Task CreateLedgerAsync(
        AuthorityPaths paths, KeyDirectory keys, AuthorityConfiguration configuration, TimeProvider time, CancellationToken cancellationToken)
    {
        var host = AuthorityUrl.Host(configuration.Url);
        using var signatures = keys.Generate(AuthorityKey.LogSignatures);
        using var certificates = keys.Generate(AuthorityKey.LogCertificates);
        using var audit = keys.Generate(AuthorityKey.LogAudit);
        CreateDirectory(paths.Ledger);
        await using var store = SqliteLedgerStore.Create(paths.Database);
        await AuthorityLedger.CreateAsync(store, paths.HighWater, AuthorityMaterial.FirstLogs(host, signatures, certificates, audit), time, cancellationToken);
    }

    private static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("An authority keeps its keys by Unix file modes; Windows has none.");
        }

        Directory.CreateDirectory(path, DirectoryMode);
    }

    private static IssuerOptions GitHub() => new() { Url = GitHubIssuer, Kind = IssuerKind.GitHubActions };
}
