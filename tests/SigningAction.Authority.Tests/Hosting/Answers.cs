using System.Net;
using System.Text.Json.Nodes;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>Reads refusals in their two forms.</summary>
internal static class Answers
{
    /// <summary>A problem (RFC 9457) with this status and code.</summary>
    public static async Task<JsonNode> ProblemAsync(this HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(code, (string)problem["code"]!);
        Assert.Equal((int)status, (int)problem["status"]!);
        Assert.Equal(Correlation(answer), (string)problem["correlationId"]!);
        return problem;
    }

    /// <summary>An error of Fulcio's gateway with this status, gRPC code and reason.</summary>
    public static async Task<string> FulcioErrorAsync(this HttpResponseMessage answer, HttpStatusCode status, int grpc, string reason)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        var error = JsonNode.Parse(text)!;
        Assert.Equal(grpc, (int)error["code"]!);
        Assert.Empty(error["details"]!.AsArray());
        var message = (string)error["message"]!;
        Assert.Contains($"(reason {reason}, correlation id {Correlation(answer)})", message, StringComparison.Ordinal);
        return message;
    }

    public static string Correlation(this HttpResponseMessage answer) => answer.Headers.GetValues("X-Correlation-Id").Single();
}
