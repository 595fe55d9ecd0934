using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// SLSA provenance beside the certificate. The predicate is the workflow's own claim: a step that may ask for a token may claim anything. What the certificate
/// authority vouches for must not be told otherwise there, because people read provenance. What either side leaves out is no contradiction.
/// </summary>
internal static class ProvenanceAgreement
{
    /// <summary>The predicate type before v1; npm and old generators still hand it out.</summary>
    private const string OldPredicateType = "https://slsa.dev/provenance/v0.2";

    /// <summary>The build type before GitHub had its own; the members that are compared are the same.</summary>
    private const string CommunityBuildType = "https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1";

    /// <summary>The builder of attestations that name the kind of runner instead of the file that ran (actions/attest before v2, npm).</summary>
    private const string Runner = "https://github.com/actions/runner";

    /// <exception cref="EvidenceException"><see cref="FailureCode.ProvenanceContradiction"/>.</exception>
    public static void Require(Statement? statement, PipelineIdentity signer)
    {
        if (statement?.PredicateType is not (SlsaProvenance.PredicateType or OldPredicateType))
        {
            return;
        }

        using var json = JsonDocument.Parse(statement.Predicate, new JsonDocumentOptions { MaxDepth = Limits.JsonDepth });
        if (statement.PredicateType == OldPredicateType)
        {
            RequireOld(json.RootElement, signer);
        }
        else
        {
            RequireV1(json.RootElement, signer);
        }
    }

    /// <summary>The builder that SLSA provenance names (v1, v0.2); null for anything else.</summary>
    public static string? BuilderId(Statement? statement)
    {
        if (statement?.PredicateType is not (SlsaProvenance.PredicateType or OldPredicateType))
        {
            return null;
        }

        using var json = JsonDocument.Parse(statement.Predicate, new JsonDocumentOptions { MaxDepth = Limits.JsonDepth });
        return statement.PredicateType == OldPredicateType
            ? Text(json.RootElement, "builder", "id")
            : Text(json.RootElement, "runDetails", "builder", "id");
    }

    /// <summary>Whether the certificate names this builder: the workflow that signed, or the kind of runner. Of a runner without its kind nothing is proven.</summary>
    public static bool IsVouchedFor(string builder, PipelineIdentity? signer) => signer is not null
        && (builder.StartsWith(Runner + "/", StringComparison.Ordinal)
            ? string.Equals(builder[(Runner.Length + 1)..], signer.RunnerEnvironment, StringComparison.Ordinal)
            : string.Equals(builder, signer.SignerUri, StringComparison.Ordinal));

    private static void RequireV1(JsonElement predicate, PipelineIdentity signer)
    {
        RequireSourceCommit(predicate, signer);

        // How to read the parameters is the build type's to say; of others nothing is known.
        if (Text(predicate, "buildDefinition", "buildType") is not (SlsaProvenance.BuildType or CommunityBuildType))
        {
            return;
        }

        RequireName("repository", Text(predicate, "buildDefinition", "externalParameters", "workflow", "repository"), signer.RepositoryUri);
        RequireSame("ref", Text(predicate, "buildDefinition", "externalParameters", "workflow", "ref"), signer.SourceRef);
        RequireSame(
            "workflow",
            Text(predicate, "buildDefinition", "externalParameters", "workflow", "path"),
            PipelineClaims.Read(signer, PipelineClaim.CallerWorkflow).Value);
        RequireSame("event", Text(predicate, "buildDefinition", "internalParameters", "github", "event_name"), signer.Event);
        RequireSame("repository id", Text(predicate, "buildDefinition", "internalParameters", "github", "repository_id"), signer.RepositoryId);
        RequireSame("owner id", Text(predicate, "buildDefinition", "internalParameters", "github", "repository_owner_id"), signer.OwnerId);
        RequireSame("kind of runner", Text(predicate, "buildDefinition", "internalParameters", "github", "runner_environment"), signer.RunnerEnvironment);
        RequireSame("run", Text(predicate, "runDetails", "metadata", "invocationId"), signer.RunUri);
        RequireBuilder(Text(predicate, "runDetails", "builder", "id"), signer);
    }

    /// <summary>v0.2 says in one member what was built, whatever built it.</summary>
    private static void RequireOld(JsonElement predicate, PipelineIdentity signer)
    {
        var uri = Text(predicate, "invocation", "configSource", "uri");
        if (uri is null || !uri.StartsWith("git+", StringComparison.Ordinal) || signer.RepositoryUri is null)
        {
            return;
        }

        var at = uri.IndexOf('@', StringComparison.Ordinal);
        RequireName("repository", at < 0 ? uri[4..] : uri[4..at], signer.RepositoryUri);
        RequireSame("ref", at < 0 ? null : uri[(at + 1)..], signer.SourceRef);
        RequireSame("commit", Text(predicate, "invocation", "configSource", "digest", "sha1"), signer.SourceDigest);
    }

    /// <summary>Any build type: a dependency that is the source itself, by repository and ref, is the source at the certificate's commit.</summary>
    private static void RequireSourceCommit(JsonElement predicate, PipelineIdentity signer)
    {
        if (string.IsNullOrEmpty(signer.RepositoryUri) || string.IsNullOrEmpty(signer.SourceRef)
            || Member(predicate, "buildDefinition", "resolvedDependencies") is not { ValueKind: JsonValueKind.Array } dependencies)
        {
            return;
        }

        var source = AnchoredPattern.OfName($"git+{signer.RepositoryUri}@{signer.SourceRef}");
        foreach (var dependency in dependencies.EnumerateArray())
        {
            if (Text(dependency, "uri") is { } uri && source.Matches(uri))
            {
                RequireSame("commit", Text(dependency, "digest", "gitCommit"), signer.SourceDigest);
            }
        }
    }

    /// <summary>The file that ran, which is a reusable workflow where the source calls one; or the kind of runner.</summary>
    private static void RequireBuilder(string? builder, PipelineIdentity signer)
    {
        if (builder is null or Runner)
        {
            return;
        }

        if (builder.StartsWith(Runner + "/", StringComparison.Ordinal))
        {
            RequireSame("kind of runner", builder[(Runner.Length + 1)..], signer.RunnerEnvironment);
            return;
        }

        RequireSame("builder", builder, signer.SignerUri);
    }

    private static void RequireName(string what, string? claimed, string? proven)
    {
        if (claimed is not null && !string.IsNullOrEmpty(proven) && !AnchoredPattern.OfName(proven).Matches(claimed))
        {
            throw Contradiction(what, claimed, proven);
        }
    }

    private static void RequireSame(string what, string? claimed, string? proven)
    {
        if (claimed is not null && !string.IsNullOrEmpty(proven) && !string.Equals(claimed, proven, StringComparison.Ordinal))
        {
            throw Contradiction(what, claimed, proven);
        }
    }

    private static EvidenceException Contradiction(string what, string claimed, string proven) => new(
        FailureCode.ProvenanceContradiction,
        $"The provenance says {what} {PrintableText.Exact(claimed)}, the certificate says {PrintableText.Exact(proven)}.");

    private static JsonElement? Member(JsonElement json, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
            {
                return null;
            }
        }

        return json;
    }

    /// <summary>Unset, null and empty are one (SLSA). What should be text and is not, is compared as it is written, so that it contradicts.</summary>
    private static string? Text(JsonElement json, params ReadOnlySpan<string> path) => Member(json, path) switch
    {
        null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: > 0 } value ? value : null,
        { } other => other.GetRawText(),
    };
}
