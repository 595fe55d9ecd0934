using System.Text;
using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Policy;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>
/// An in-toto verification summary (SLSA VSA v1) of a run: an unsigned statement. It says nothing to anybody until somebody whom they trust signs it
/// (<c>signing-agent attest --statement FILE</c>).
/// </summary>
/// <param name="Path">Where it is written.</param>
/// <param name="ResourceUri">What the artifacts are, as consumers will ask for them.</param>
/// <param name="VerifierId">Who verifies, as consumers will know it.</param>
/// <param name="Policy">What was asked.</param>
internal sealed record VerificationSummary(string Path, string ResourceUri, string VerifierId, AcceptancePolicyFile Policy)
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "https://slsa.dev/verification_summary/v1";

    /// <summary>
    /// The level: nothing here judges how a builder isolates its builds, so none is claimed (VSA v1, "verifiedLevels").
    /// </summary>
    private const string Unevaluated = "SLSA_BUILD_LEVEL_UNEVALUATED";

    /// <summary>Writes the summary: passed when all are verified, failed when one is refused.</summary>
    /// <exception cref="ProblemException">Something was not checked, so there is no result; or the file cannot be written.</exception>
    public void Write(IReadOnlyList<TargetVerdict> verdicts, RunSummary summary, DateTimeOffset now)
    {
        var subjects = verdicts.Where(verdict => verdict.Sha256 is not null)
            .Select(verdict => new Subject(System.IO.Path.GetFileName(verdict.Target), verdict.Sha256!.Value)).ToArray();
        if (summary.NotChecked > 0 || subjects.Length != verdicts.Count || subjects.Length is 0 or > Limits.Subjects)
        {
            throw ProblemException.NotChecked(
                $"No verification summary is written: it needs a verdict on each of 1 to {Limits.Subjects} artifacts.",
                "Correct what could not be checked, or verify fewer artifacts at once.");
        }

        var predicate = SafeJson.Write(json => WritePredicate(json, verdicts, summary.Exit == ExitCode.Verified, now));
        WholeFile.Write(Path, [.. new Statement(subjects, PredicateType, predicate).ToJson(), (byte)'\n']);
    }

    private void WritePredicate(Utf8JsonWriter json, IReadOnlyList<TargetVerdict> verdicts, bool passed, DateTimeOffset now)
    {
        json.WriteStartObject();
        json.WriteStartObject("verifier");
        json.WriteString("id", VerifierId);
        json.WriteEndObject();
        json.WriteString("timeVerified", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
        json.WriteString("resourceUri", ResourceUri);
        json.WriteStartObject("policy");
        json.WriteString("uri", "file:" + Uri.EscapeDataString(System.IO.Path.GetFileName(Policy.Path)));
        WriteDigest(json, Policy.Digest);
        json.WriteEndObject();
        json.WriteStartArray("inputAttestations");
        foreach (var (origin, digest) in verdicts.SelectMany(verdict => verdict.Trials).Select(trial => (trial.Origin, trial.Digest)).Distinct())
        {
            json.WriteStartObject();
            json.WriteString("name", Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(origin))));
            if (digest is { } sha256)
            {
                WriteDigest(json, sha256);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("verificationResult", passed ? "PASSED" : "FAILED");
        json.WriteStartArray("verifiedLevels");
        json.WriteStringValue(passed ? Unevaluated : "FAILED");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteDigest(Utf8JsonWriter json, Sha256Digest digest)
    {
        json.WriteStartObject("digest");
        json.WriteString("sha256", digest.ToString());
        json.WriteEndObject();
    }
}
