using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Sources;

/// <summary>Bundles that lie beside their artifact, under the names that Sigstore's tools use.</summary>
internal static class SideFiles
{
    private static readonly string[] Endings = [".sigstore.json", ".sigstore"];

    /// <summary>The path of the first that exists.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.NoBundle"/>.</exception>
    /// <exception cref="ProblemException">There is one, and it is no regular file.</exception>
    public static string Find(TargetArtifact target)
    {
        if (target.Path is not { } path)
        {
            throw new EvidenceException(FailureCode.NoBundle, "No signature found: nothing lies beside a digest.");
        }

        foreach (var ending in Endings)
        {
            if (System.IO.Path.Exists(path + ending))
            {
                RegularFile.Require(path + ending, "bundle");
                return path + ending;
            }
        }

        throw new EvidenceException(FailureCode.NoBundle, $"No signature found: {PrintableText.Neutralise(path)} has neither {Endings[0]} nor {Endings[1]} beside it.");
    }
}
