using System.Text.Json;
using SigningAction.Agent.Statements;

namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>
/// Tells a fork's pull request without identity from a job that merely forgot its permission. Only decides whether the step is skipped or fails:
/// it grants nothing, so the event file, which an earlier step could rewrite, is good enough.
/// </summary>
internal static class ForkRun
{
    /// <summary>The largest payload of an event that GitHub delivers.</summary>
    private const int EventBytes = 25 * 1024 * 1024;

    /// <summary>Whether no identity is to be had and the event is a pull request from another repository.</summary>
    public static bool IsHere(AgentEnvironment environment) =>
        environment.Variable("ACTIONS_ID_TOKEN_REQUEST_URL") is null
        && environment.Variable(TokenSource.Variable) is null
        && environment.Variable("GITHUB_EVENT_PATH") is { } path
        && File.Exists(path)
        && IsFork(InputFile.Read(path, environment.WorkingDirectory, EventBytes));

    private static bool IsFork(byte[] payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (Member(json.RootElement, "pull_request") is not { } pull)
            {
                return false;
            }

            // The repository of a pull request whose fork was deleted is null.
            var head = Member(pull, "head") is { } ends ? Member(ends, "repo") : null;
            var own = Member(json.RootElement, "repository");
            return head is null || own is null || Id(head.Value) != Id(own.Value);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static string Id(JsonElement repository) => repository.TryGetProperty("id", out var id) ? id.GetRawText() : "";
}
