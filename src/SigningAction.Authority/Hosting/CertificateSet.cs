using System.Text;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Trust;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;

namespace SigningAction.Authority.Hosting;

/// <summary>The certificates of one set.</summary>
/// <param name="Record">Its line in the list.</param>
/// <param name="Chain">Issuing certificate and root.</param>
/// <param name="TimestampChain">Timestamping certificate and its root.</param>
public sealed record CertificateSet(CertificateSetRecord Record, CertificateChain Chain, IReadOnlyList<Certificate> TimestampChain)
{
    /// <summary>Certificate file names, without number and extension.</summary>
    public const string CaRootFile = "ca-root";

    /// <inheritdoc cref="CaRootFile"/>
    public const string CaIntermediateFile = "ca-intermediate";

    /// <inheritdoc cref="CaRootFile"/>
    public const string TsaRootFile = "tsa-root";

    /// <inheritdoc cref="CaRootFile"/>
    public const string TsaFile = "tsa";

    /// <summary>How long after its replacement a set is vouched for: the last certificate may sign, and be stamped, for so long.</summary>
    private static readonly TimeSpan Grace = Issuance.CertificateIssuer.Lifetime;

    /// <summary>Signing in the very second of set-up must verify, on machines whose clock stands a little behind too.</summary>
    private static readonly TimeSpan Backdate = TimeSpan.FromMinutes(5);

    /// <summary>Long, because every verifier must get a new trusted root for the next set; a leaf's ten minutes are what limits the harm of a stolen one.</summary>
    private const int Years = 10;

    /// <summary>The number in the names of the key files; those of the first set have none.</summary>
    internal static int KeyNumber(int set) => set == 1 ? 0 : set;

    /// <summary>Both chains for the trusted root.</summary>
    internal TrustedAuthority Trusted => new(Chain.Certificates, TimestampChain, new Validity(Chain.Certificates[0].NotBefore, Record.Replaced + Grace));

    /// <summary>Reads a set.</summary>
    /// <exception cref="ConfigurationRefusedException">A file is missing or no certificate.</exception>
    /// <exception cref="Evidence.Verification.EvidenceException">A certificate or the chain is refused.</exception>
    internal static CertificateSet Read(AuthorityPaths paths, CertificateSetRecord record) => new(
        record,
        new CertificateChain([Read(paths, CaIntermediateFile, record.Number), Read(paths, CaRootFile, record.Number)]),
        [Read(paths, TsaFile, record.Number), Read(paths, TsaRootFile, record.Number)]);

    /// <summary>Makes the keys and certificates of a set. What a run that was cut short has left of it is set aside or overwritten: nobody has seen it.</summary>
    internal static void Make(AuthorityPaths paths, KeyDirectory keys, string organization, int number, TimeProvider time)
    {
        using var rootKey = Generate(AuthorityKey.CaRoot);
        using var issuingKey = Generate(AuthorityKey.CaIntermediate);
        using var timestampRootKey = Generate(AuthorityKey.TsaRoot);
        using var timestampKey = Generate(AuthorityKey.Tsa);
        var notBefore = time.GetUtcNow() - Backdate;
        var notAfter = notBefore.AddYears(Years);
        var builder = new AuthorityCertificateBuilder(organization, notBefore);
        var root = builder.Root("signing-authority root", rootKey, notAfter);
        var timestampRoot = builder.TimestampRoot("signing-authority timestamp root", timestampRootKey, notAfter);
        Write(CaRootFile, root);
        Write(CaIntermediateFile, builder.Intermediate("signing-authority", VerificationKey.Of(issuingKey), root, rootKey, notAfter));
        Write(TsaRootFile, timestampRoot);
        Write(TsaFile, builder.TimestampLeaf("signing-authority timestamps", VerificationKey.Of(timestampKey), timestampRoot, timestampRootKey, notAfter));

        System.Security.Cryptography.ECDsa Generate(AuthorityKey key)
        {
            if (number > 1)
            {
                keys.SetAside(key, KeyNumber(number));
            }

            return keys.Generate(key, KeyNumber(number));
        }

        void Write(string name, Certificate certificate) =>
            DurableFile.Replace(paths.Certificate(name, number), Encoding.ASCII.GetBytes(Pem.OfCertificate(certificate.RawBytes.Span)), DurableFile.Public);
    }

    private static Certificate Read(AuthorityPaths paths, string name, int number)
    {
        var path = paths.Certificate(name, number);
        try
        {
            return Certificate.Parse(Pem.TryReadCertificate(File.ReadAllText(path), out var der) ? der : throw new FormatException("No certificate in PEM."));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ArgumentException or FormatException)
        {
            throw new ConfigurationRefusedException($"{path} is no certificate in PEM. Restore it from the backup.", e);
        }
    }
}
