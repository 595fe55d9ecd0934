using System.Security.Cryptography;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Timestamping;
using SigningAction.Authority.Trust;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// What was fixed at <c>init</c>, opened and held together: configuration, certificates and the keys that serve. The roots' keys are not read;
/// they may be kept elsewhere.
/// </summary>
public sealed class AuthorityMaterial : IDisposable
{
    private AuthorityMaterial(AuthorityPaths paths, AuthorityConfiguration configuration, KeyDirectory keys)
    {
        Paths = paths;
        Configuration = configuration;
        Sets = [.. CertificateSetsFile.Read(paths.CertificateSets).Select(set => CertificateSet.Read(paths, set))];
        InUse = Sets.First(set => set.Record.Replaced is null);
        IssuingKey = keys.Load(AuthorityKey.CaIntermediate, CertificateSet.KeyNumber(InUse.Record.Number));
        TimestampKey = keys.Load(AuthorityKey.Tsa, CertificateSet.KeyNumber(InUse.Record.Number));
        Logs = AuthorityLogs.Open(paths.Logs, configuration.Url, Start, keys);
        Keys = keys.States;
    }

    /// <summary>Where things are.</summary>
    public AuthorityPaths Paths { get; }

    /// <summary>What the administrator wrote.</summary>
    public AuthorityConfiguration Configuration { get; }

    /// <summary>Every set of certificates that ever was; behind <see cref="InUse"/> there may be one that waits.</summary>
    public IReadOnlyList<CertificateSet> Sets { get; }

    /// <summary>The set that signs: the oldest that is not replaced. Another one is trusted everywhere before anything is signed with it.</summary>
    public CertificateSet InUse { get; }

    /// <summary>Issuing certificate and root.</summary>
    public CertificateChain Chain => InUse.Chain;

    /// <summary>Timestamping certificate and its root.</summary>
    public IReadOnlyList<Certificate> TimestampChain => InUse.TimestampChain;

    /// <summary>When the authority began.</summary>
    public DateTimeOffset Start => Sets[0].Chain.Certificates[0].NotBefore;

    /// <summary>Signs certificates.</summary>
    public ECDsa IssuingKey { get; }

    /// <summary>Signs timestamps.</summary>
    public ECDsa TimestampKey { get; }

    /// <summary>How the keys that serve stand.</summary>
    public KeyStates Keys { get; }

    /// <summary>The logs, frozen ones too, and the keys of those that are open.</summary>
    public AuthorityLogs Logs { get; }

    /// <summary>Signs checkpoints and promises of the certificate log.</summary>
    public ECDsa CertificateLogKey => Logs.CertificateLogKey;

    /// <summary>The logs for the ledger, in the order of their numbers.</summary>
    public IReadOnlyList<LogDefinition> Ledger => Logs.Definitions;

    /// <summary>Opens an authority and refuses one whose parts do not fit together.</summary>
    /// <param name="directory">The authority.</param>
    /// <param name="through">See <see cref="AuthorityHostOptions.Keys"/>.</param>
    /// <exception cref="ConfigurationRefusedException">Configuration or certificates are wrong.</exception>
    /// <exception cref="KeyRefusedException">A key is missing or not safe where it lies.</exception>
    public static AuthorityMaterial Open(string directory, Func<AuthorityKey, ECDsa, ECDsa>? through = null)
    {
        var paths = AuthorityPaths.Of(directory);
        var configuration = ConfigurationFile.Read(paths.Configuration);

        // Before the files that it names: they are right, and would be blamed.
        CheckUrl(paths, configuration);
        AuthorityMaterial material;
        try
        {
            material = new AuthorityMaterial(paths, configuration, KeyDirectory.Open(paths.Keys, through));
        }
        catch (EvidenceException e)
        {
            throw new ConfigurationRefusedException($"The certificates in {paths.Certificates} are refused: {e.Failure.Fault}", e);
        }

        material.CheckOrganization();
        return material;
    }

    /// <summary>
    /// Takes the database of an authority, and with it the lock. Whoever serves or changes an authority takes it before he reads anything else of the directory: what he
    /// has read, nobody else changes until he lets go.
    /// </summary>
    /// <exception cref="ConfigurationRefusedException">The directory is no authority's.</exception>
    /// <exception cref="StoreRefusedException">The database is in use, missing or damaged.</exception>
    public static SqliteLedgerStore Take(string directory)
    {
        var paths = AuthorityPaths.Of(directory);

        // Only so that whoever names the wrong directory hears of that, and not of a database.
        _ = ConfigurationFile.Read(paths.Configuration);
        return SqliteLedgerStore.Open(paths.Database);
    }

    /// <summary>The three logs of a new authority.</summary>
    public static IReadOnlyList<LogDefinition> FirstLogs(string host, ECDsa signatures, ECDsa certificates, ECDsa audit) =>
        [LogDefinition.Signatures(host, signatures), LogDefinition.Certificates(host, certificates), LogDefinition.Audit(host, audit)];

    /// <summary>What customers are asked to trust.</summary>
    public AuthorityTrust Trust() => new(new TrustMaterial
    {
        Url = Configuration.Url,
        Organization = Configuration.Organization,
        Start = Start,
        Authorities = [.. Sets.Select(set => set.Trusted)],
        SignatureLogs = Logs.Trusted(LogKind.Signatures),
        CertificateLogs = Logs.Trusted(LogKind.Certificates),
    });

    /// <summary>
    /// Makes one of each and verifies it as a customer would, before anybody is served: a certificate that is neither logged nor kept, and a timestamp.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <exception cref="ConfigurationRefusedException">Keys and certificates do not fit together, or are not valid any more.</exception>
    public void CheckSigns(DateTimeOffset now)
    {
        if (Expiry.EndOfUse(this) is var end && now >= end)
        {
            throw new ConfigurationRefusedException(
                $"The certificates in {Paths.Certificates} are good until {end:u} only, by the clock of this machine ({now:u}). "
                    + "Set the clock right, or make new ones and use them: "
                + $"'signing-authority renew {Paths.Root}', then the same with --switch.");
        }

        CheckSigns(InUse, IssuingKey, TimestampKey, now);
    }

    /// <summary>The same for the keys of any set.</summary>
    internal void CheckSigns(CertificateSet set, ECDsa issuingKey, ECDsa timestampKey, DateTimeOffset now)
    {
        try
        {
            new IssuingAuthority(set.Chain, issuingKey, CertificateLogKey).Rehearse(now);
            TimestampService.Rehearse(set.TimestampChain, timestampKey, now);
        }
        catch (Exception e) when (e is EvidenceException or ArgumentException or OwnCheckFailedException)
        {
            throw new ConfigurationRefusedException(
                $"What {Paths.Keys} signs does not verify with {Paths.Certificates}: {e.Message} Restore both from the same backup.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IssuingKey.Dispose();
        TimestampKey.Dispose();
        Logs.Dispose();
    }

    /// <summary>The configured name must be the certificates' one: gh reads exactly one O, and the trusted root names its operator by it.</summary>
    private void CheckOrganization()
    {
        if (Sets.SelectMany(set => set.Chain.Certificates.Concat(set.TimestampChain)).Any(certificate => certificate.Subject.Organizations.Count() != 1
            || certificate.Subject.Organizations.Single() != Configuration.Organization))
        {
            throw new ConfigurationRefusedException($"{Paths.Configuration}: organization is not the one in the certificates; it is fixed for life.");
        }
    }

    /// <summary>
    /// Host, scheme and port: the trusted root names the logs by the whole URL, and clients that pinned it would look for the authority where it is not any more.
    /// </summary>
    private static void CheckUrl(AuthorityPaths paths, AuthorityConfiguration configuration)
    {
        var made = File.Exists(paths.FixedUrl) ? File.ReadAllText(paths.FixedUrl).TrimEnd('\n') : null;
        if (made != configuration.Url)
        {
            throw new ConfigurationRefusedException(made is null
                ? $"{paths.FixedUrl} is missing, which says for which URL this authority was made. Restore it from the backup, with the certificates."
                : $"{paths.Configuration}: url is {configuration.Url}, and this authority was made for {made} ({paths.FixedUrl}). It is fixed for life: put it back, or make a new authority.");
        }
    }
}
