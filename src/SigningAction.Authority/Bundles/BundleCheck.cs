using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Bundles;

/// <summary>Derives the rows of the kept bundles from their bytes again. It changes nothing and may run beside an authority.</summary>
public static class BundleCheck
{
    private const int MostFindings = 100;

    /// <summary>What differs; empty when nothing does, or when no bundle was ever kept.</summary>
    /// <param name="path">The database of bundles.</param>
    public static IReadOnlyList<FsckFinding> Run(string path)
    {
        var findings = new List<FsckFinding>();
        if (File.Exists(path))
        {
            SqliteBundleStore.ReadAll(path, fault => Add("database", fault), (said, digest, json, artifacts) =>
            {
                if (Difference(said, digest, json, artifacts) is { } difference)
                {
                    Add(digest.ToString(), difference);
                }
            });
        }

        return findings;

        void Add(string where, string what)
        {
            if (findings.Count < MostFindings)
            {
                findings.Add(new FsckFinding($"bundles {where}", what));
            }
        }
    }

    private static string? Difference(Sha256Digest said, Sha256Digest digest, byte[] json, IReadOnlySet<Sha256Digest> artifacts)
    {
        if (Sha256Digest.Of(json) != digest)
        {
            return "has other bytes than its digest says.";
        }

        try
        {
            var bundle = Bundle.Parse(json);
            return !BundleIntake.ArtifactsOf(bundle).SetEquals(artifacts) ? "is kept under other artifacts than it names."
                : BundleEssence.Said(bundle) != said ? "is kept as another statement than it is."
                : null;
        }
        catch (EvidenceException e)
        {
            return $"is no bundle: {e.Failure.Fault}";
        }
    }
}
