using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Agent.Tests.Signing;

public sealed class Rekor1ClientTests
{
    private const string Body = """{"kind":"hashedrekord","apiVersion":"0.0.1"}""";
    private static readonly string Hash = new('0', 64);

    [Fact]
    public async Task An_entry_is_read_as_the_log_gives_it() => Assert.Equal("hashedrekord", (await SubmitAsync(new JsonObject { ["1"] = Entry() })).Kind);

    [Theory]
    [InlineData("body")]
    [InlineData("logID")]
    [InlineData("verification")]
    [InlineData("verification/inclusionProof")]
    [InlineData("verification/inclusionProof/checkpoint")]
    [InlineData("verification/inclusionProof/hashes")]
    [InlineData("verification/inclusionProof/hashes/0")]
    [InlineData("verification/inclusionProof/rootHash")]
    public async Task An_entry_with_a_null_is_not_of_a_log(string place)
    {
        var entry = Entry();
        var path = place.Split('/');
        var node = path[..^1].Aggregate((JsonNode)entry, (at, name) => at[name]!);
        if (node is JsonArray list)
        {
            list[0] = null;
        }
        else
        {
            node[path[^1]] = null;
        }

        await RefusedAsync(new JsonObject { ["1"] = entry });
    }

    [Theory]
    [InlineData("""{"kind":null,"apiVersion":"0.0.1"}""")]
    [InlineData("""{"kind":"hashedrekord","apiVersion":null}""")]
    [InlineData("""{"kind":"hashedrekord","apiVersion":1}""")]
    [InlineData("[]")]
    public async Task A_body_of_another_form_is_not_of_a_log(string body) => await RefusedAsync(new JsonObject { ["1"] = Entry(body) });

    [Fact]
    public async Task No_entry_a_null_and_two_entries_are_not_of_a_log()
    {
        await RefusedAsync([]);
        await RefusedAsync(new JsonObject { ["1"] = null });
        await RefusedAsync(new JsonObject { ["1"] = Entry(), ["2"] = Entry() });
    }

    private static JsonObject Entry(string body = Body) => new()
    {
        ["body"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(body)),
        ["integratedTime"] = 1,
        ["logID"] = Hash,
        ["logIndex"] = 1,
        ["verification"] = new JsonObject
        {
            ["signedEntryTimestamp"] = "AAAA",
            ["inclusionProof"] = new JsonObject { ["checkpoint"] = "x", ["hashes"] = new JsonArray(Hash), ["logIndex"] = 1, ["rootHash"] = Hash, ["treeSize"] = 2 },
        },
    };

    private static async Task RefusedAsync(JsonObject answer) =>
        Assert.Equal(AgentFault.NotTheService, (await Assert.ThrowsAsync<AgentException>(() => SubmitAsync(answer))).Fault);

    private static async Task<Evidence.Bundles.LogEntry> SubmitAsync(JsonObject answer)
    {
        using var log = new Answering(answer.ToJsonString());
        using var http = ServiceHttp.CreateClient(log);
        var client = new Rekor1Client(new ServiceClient(http, TimeProvider.System, WaitBudget.Default), ServiceAddress.Parse("https://rekor1.test", "the log"));
        var entry = new HashedRekordEntry(new byte[32], new byte[] { 1 }, new byte[] { 2 }, isCertificate: true, "PKIX_ECDSA_P256_SHA_256");
        return await client.SubmitAsync(new LogSubmission(entry, null), 1, TestContext.Current.CancellationToken);
    }

    private sealed class Answering(string json) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.Created)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        });
    }
}
