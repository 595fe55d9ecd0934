using System.Globalization;
using SigningAction.Authority.Policy;

namespace SigningAction.Authority.Hosting;

/// <summary>Where things are in the directory of an authority.</summary>
/// <param name="Root">The directory, absolute.</param>
public sealed record AuthorityPaths(string Root)
{
    /// <summary>The configuration.</summary>
    public string Configuration => Path.Combine(Root, "authority.json");

    /// <summary>Who may sign.</summary>
    public string Policy => Path.Combine(Root, "signing-policy.yml");

    /// <summary>Its JSON schema, for editors.</summary>
    public string PolicySchema => Path.Combine(Root, Authority.Policy.PolicySchema.FileName);

    /// <summary>Private keys.</summary>
    public string Keys => Path.Combine(Root, "keys");

    /// <summary>
    /// The heads that were published, beside the keys and away from the database: they are backed up like keys, so that a rolled-back database is noticed.
    /// </summary>
    public string HighWater => Path.Combine(Keys, "published-heads");

    /// <summary>The list of logs; not there while they are those of <c>init</c>.</summary>
    public string Logs => Path.Combine(Root, "logs.json");

    /// <summary>Own certificates.</summary>
    public string Certificates => Path.Combine(Root, "certificates");

    /// <summary>The URL that <c>init</c> was given, beside the certificates: what was published under it cannot be renamed.</summary>
    public string FixedUrl => Path.Combine(Certificates, "authority-url");

    /// <summary>What the last clean <c>fsck</c> verified.</summary>
    public string FsckRecord => Path.Combine(Ledger, "fsck-verified");

    /// <summary>The database's directory.</summary>
    public string Ledger => Path.Combine(Root, "ledger");

    /// <summary>The database.</summary>
    public string Database => Path.Combine(Ledger, "ledger.db");

    /// <summary>The bundles that are kept for verifiers; not there before the first one. A cache: it may be lost.</summary>
    public string Bundles => Path.Combine(Ledger, "bundles.db");

    /// <summary>The layout below a directory.</summary>
    public static AuthorityPaths Of(string directory) => new(Path.GetFullPath(directory));

    /// <summary>The list of sets of certificates; not there while there is the one of <c>init</c>.</summary>
    public string CertificateSets => Path.Combine(Root, "certificates.json");

    /// <summary>The file of one own certificate.</summary>
    /// <param name="name">One of <see cref="CertificateSet"/>.</param>
    /// <param name="set">The number of its set.</param>
    public string Certificate(string name, int set = 1) =>
        Path.Combine(Certificates, string.Create(CultureInfo.InvariantCulture, $"{name}{(set == 1 ? "" : $"-{set}")}.pem"));
}
