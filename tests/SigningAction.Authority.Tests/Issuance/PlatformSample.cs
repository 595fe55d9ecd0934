using System.Text.Json.Nodes;
using SigningAction.Evidence.Policy;

namespace SigningAction.Authority.Tests.Issuance;

/// <summary>A token of one platform, and what it must become.</summary>
/// <param name="Json">The claims that the platform puts in, but for those of every token.</param>
/// <param name="Subject">Its <c>sub</c>.</param>
/// <param name="Mapped">Claims without which it is refused, a slash before those inside another.</param>
/// <param name="Id">The claim of the repository's id.</param>
/// <param name="Rule">Conditions of a policy rule that allows it.</param>
/// <param name="Identity">What is certified; issuer and subject are filled in.</param>
internal sealed record PlatformSample(string Json, string Subject, string[] Mapped, string Id, string[] Rule, PipelineIdentity Identity)
{
    /// <summary>Whether the header says JWT.</summary>
    public bool HasType { get; init; } = true;

    /// <summary>Seconds of the token's life.</summary>
    public int Life { get; init; } = 300;

    public JsonObject Claims() => JsonNode.Parse(Json)!.AsObject();

    /// <summary>The claims with another value of one; null takes it out.</summary>
    public JsonObject With(string path, JsonNode? value)
    {
        var claims = Claims();
        var target = claims;
        var names = path.StartsWith('/') ? path[1..].Split('/') : [path];
        foreach (var name in names[..^1])
        {
            target = target[name]!.AsObject();
        }

        if (value is null)
        {
            _ = target.Remove(names[^1]);
        }
        else
        {
            target[names[^1]] = value;
        }

        return claims;
    }
}
