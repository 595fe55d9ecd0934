using System.Text.Json;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Bundles;

/// <summary>SLSA provenance v1 of a GitHub Actions workflow (<c>https://actions.github.io/buildtypes/workflow/v1</c>).</summary>
public static class SlsaProvenance
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "https://slsa.dev/provenance/v1";

    /// <summary>The build type that says how to read the parameters.</summary>
    public const string BuildType = "https://actions.github.io/buildtypes/workflow/v1";

    /// <summary>The predicate for a run: every value comes from the verified identity, none from the environment of the job.</summary>
    /// <exception cref="ArgumentException">The identity lacks a value that the build type requires.</exception>
    public static byte[] Predicate(PipelineIdentity identity)
    {
        var repository = Required(identity.RepositoryUri, "repository");
        var reference = Required(identity.SourceRef, "ref");
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("buildDefinition");
            json.WriteString("buildType", BuildType);
            json.WriteStartObject("externalParameters");
            json.WriteStartObject("workflow");
            json.WriteString("ref", reference);
            json.WriteString("repository", repository);
            json.WriteString("path", WorkflowPath(Required(identity.CallerUri, "workflow_ref"), repository, reference));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("internalParameters");
            json.WriteStartObject("github");
            json.WriteString("event_name", Required(identity.Event, "event_name"));
            json.WriteString("repository_id", Required(identity.RepositoryId, "repository_id"));
            json.WriteString("repository_owner_id", Required(identity.OwnerId, "repository_owner_id"));
            json.WriteString("runner_environment", Required(identity.RunnerEnvironment, "runner_environment"));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartArray("resolvedDependencies");
            json.WriteStartObject();
            json.WriteString("uri", $"git+{repository}@{reference}");
            json.WriteStartObject("digest");
            json.WriteString("gitCommit", Required(identity.SourceDigest, "sha"));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartObject("runDetails");
            json.WriteStartObject("builder");
            json.WriteString("id", identity.SignerUri);
            json.WriteEndObject();
            json.WriteStartObject("metadata");
            json.WriteString("invocationId", Required(identity.RunUri, "run_id"));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Cuts the known repository and ref off: a tag may hold an <c>@</c>, so the first one is not the separator.</summary>
    private static string WorkflowPath(string workflowUri, string repository, string reference)
    {
        var path = workflowUri.StartsWith(repository + "/", StringComparison.Ordinal) ? workflowUri[(repository.Length + 1)..] : workflowUri;
        var suffix = "@" + reference;
        return path.EndsWith(suffix, StringComparison.Ordinal) ? path[..^suffix.Length] : path[..(path.LastIndexOf('@') is var at and >= 0 ? at : path.Length)];
    }

    private static string Required(string? value, string claim) =>
        string.IsNullOrEmpty(value) ? throw new ArgumentException($"The identity has no {claim}, which SLSA provenance requires.", nameof(value)) : value;
}
