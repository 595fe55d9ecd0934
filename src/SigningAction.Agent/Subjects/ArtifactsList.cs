using System.Text.Json;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Statements;

namespace SigningAction.Agent.Subjects;

/// <summary>
/// What the steps before this one declared as their artifacts: the runner's file <c>GITHUB_ARTIFACTS_LIST</c>,
/// <c>{"version":1,"subjects":[{"name","digest":"sha256:…","kind":"file"|"oci"}]}</c>. Older runners have none.
/// </summary>
public static class ArtifactsList
{
    /// <summary>The variable with its path.</summary>
    public const string Variable = "GITHUB_ARTIFACTS_LIST";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>The subjects; none where the list is empty.</summary>
    /// <exception cref="AgentException">It cannot be read, or is of a form that is not known.</exception>
    public static IReadOnlyList<SigningSubject> Read(string path)
    {
        var bytes = InputFile.Read(path, "/", SubjectLimits.ArtifactsListBytes);
        try
        {
            using var json = JsonDocument.Parse(bytes, Strict);
            if (!json.RootElement.TryGetProperty("version", out var version) || !version.TryGetInt32(out var number) || number != 1)
            {
                throw new AgentException(
                    AgentFault.Usage,
                    $"The runner's list of artifacts ({Variable}) is of a version that is not known here. "
                        + "Name the subjects yourself: subject-path, subject-digest or subject-checksums.");
            }

            return [.. json.RootElement.GetProperty("subjects").EnumerateArray().Select(Subject)];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AgentException(
                AgentFault.Usage,
                $"The runner's list of artifacts ({Variable}) is not of the form that is known here. "
                    + "Name the subjects yourself: subject-path, subject-digest or subject-checksums.",
                e);
        }
    }

    private static SigningSubject Subject(JsonElement json)
    {
        var name = json.GetProperty("name").GetString() ?? "";
        var digest = json.GetProperty("digest").GetString() ?? "";
        return UntrustedText.IsPrintable(name) && SubjectDigest.TryParse(digest, out var parsed)
            ? new SigningSubject(name, parsed)
            : throw new AgentException(
                AgentFault.SubjectRefused,
                $"An artifact of {Variable} has a name that cannot be shown safely, or no SHA-256, SHA-384 or SHA-512: '{UntrustedText.OneLine(name)}'.");
    }
}
