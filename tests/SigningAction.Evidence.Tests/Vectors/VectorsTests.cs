using SigningAction.Evidence.Tests.Documents;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Vectors;

/// <summary>
/// The committed cases are those of the recipes, and every code has one. SIGNINGACTION_WRITE_VECTORS=1 makes those whose folder is missing, with new keys. That each comes out as it says is
/// tested with the verifier's own command line, in Verifier.Tests.
/// </summary>
public sealed class VectorsTests
{
    /// <summary>Codes that no bundle, trusted root or policy causes; each with the reason.</summary>
    private static readonly Dictionary<FailureCode, string> WithoutVector = new()
    {
        [FailureCode.NoBundle] = "There is no bundle to commit: Commands/VerifyCommandTests.",
        [FailureCode.NoPolicy] = "The command line refuses to ask for nobody before it reads anything: Verification/VerificationPolicyTests.",
        [FailureCode.SigningConfigMalformed] = "Signers read it, verifiers never: Trust/SigningConfigTests.",
        [FailureCode.TufMalformed] = "Of a repository and a moment, not of a bundle: Trust/Tuf/TufTrustTests, as the five that follow.",
        [FailureCode.TufSignature] = "As above.",
        [FailureCode.TufRollback] = "As above.",
        [FailureCode.TufExpired] = "As above.",
        [FailureCode.TufMismatch] = "As above.",
        [FailureCode.TufMissing] = "As above.",
        [FailureCode.ReleaseFileMissing] = "Of a set of files: Commands/VerifyReleaseCommandTests, as the two that follow.",
        [FailureCode.ReleaseFileUnknown] = "As above.",
        [FailureCode.ReleaseMixed] = "As above.",
    };

    private static string Folder => Path.Combine(GeneratedDocument.Root, "tests", "vectors");

    [Fact]
    public void The_committed_cases_are_those_of_the_recipes()
    {
        using var source = new VectorSource();
        var vectors = VectorRecipes.All(source).ToArray();
        if (Environment.GetEnvironmentVariable("SIGNINGACTION_WRITE_VECTORS") == "1")
        {
            string[] names = [.. vectors.Select(vector => vector.Name)];
            Array.ForEach([.. Directory.GetDirectories(Folder).Where(folder => !names.Contains(Path.GetFileName(folder)))], folder => Directory.Delete(folder, recursive: true));
            Array.ForEach([.. vectors.Where(vector => !Directory.Exists(Path.Combine(Folder, vector.Name)))], vector => vector.Write(Folder));
        }

        Assert.Equal(vectors.Select(vector => vector.Name).Order(StringComparer.Ordinal), Directory.GetDirectories(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(vectors, vector =>
        {
            var first = File.ReadLines(Path.Combine(Folder, vector.Name, "README.md")).First();
            Assert.Equal(vector.Code == FailureCode.None ? vector.Why : $"Refused: {FailureCodes.Text(vector.Code)}", first);
        });
    }

    [Fact]
    public void Every_code_has_a_case_or_a_reason_why_not()
    {
        using var source = new VectorSource();
        var cases = VectorRecipes.All(source).Select(vector => vector.Code).ToHashSet();
        Assert.Equal(
            Enum.GetValues<FailureCode>().Where(code => code != FailureCode.None).ToHashSet(),
            cases.Where(code => code != FailureCode.None).Concat(WithoutVector.Keys).ToHashSet());
        Assert.DoesNotContain(WithoutVector.Keys, cases.Contains);
    }
}
