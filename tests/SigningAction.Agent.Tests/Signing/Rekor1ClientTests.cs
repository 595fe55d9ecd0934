using System.Net;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Agent.Tests.Signing;

/// <summary>What a log of API version 1 can answer that is no entry.</summary>
public sealed class Rekor1ClientTests
{
    private const string Proof = """{"checkpoint":"c","hashes":[],"logIndex":0,"rootHash":"0000000000000000000000000000000000000000000000000000000000000000","treeSize":1}""";

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"u":null}""")]
    [InlineData("""{"u":{}}""")]
    [InlineData("""{"u":{"body":"e30=","logIndex":1,"integratedTime":1,"verification":{"inclusionProof":PROOF}}}""")]
    [InlineData("""{"u":{"body":"e30=","logID":null,"logIndex":1,"verification":{"inclusionProof":PROOF}}}""")]
    [InlineData("""{"u":{"body":null,"logID":"00","logIndex":1,"verification":{"inclusionProof":PROOF}}}""")]
    [InlineData("""{"u":{"body":"e30=","logID":"00","logIndex":1,"verification":{"inclusionProof":PROOF}}}""")]
    [InlineData("""{"u":{"body":"e30=","logID":"00","logIndex":1,"verification":null}}""")]
    [InlineData("""{"u":{"body":"eyJraW5kIjoiYSIsImFwaVZlcnNpb24iOiIxIn0=","logID":"00","logIndex":1,"verification":{"inclusionProof":{"checkpoint":"c","hashes":null,"rootHash":"00","treeSize":1}}}}""")]
    [InlineData("""{"u":{"body":"eyJraW5kIjoiYSIsImFwaVZlcnNpb24iOiIxIn0=","logID":"00","logIndex":1,"verification":{"inclusionProof":{"checkpoint":"c","hashes":[null],"rootHash":"00","treeSize":1}}}}""")]
    [InlineData("""{"u":{"body":"eyJraW5kIjoiYSIsImFwaVZlcnNpb24iOiIxIn0=","logID":"00","logIndex":1,"verification":{"inclusionProof":{"checkpoint":"c","hashes":[],"treeSize":1}}}}""")]
    public async Task What_is_no_entry_is_told_as_such(string answer)
    {
        using var network = new ScriptedNetwork(ScriptedNetwork.Answer(HttpStatusCode.Created, answer.Replace("PROOF", Proof, StringComparison.Ordinal)));
        using var http = ServiceHttp.CreateClient(network);
        var log = new Rekor1Client(new ServiceClient(http, TimeProvider.System, WaitBudget.Default), ServiceAddress.Parse("https://rekor.test", "the log"));
        var submission = new LogSubmission(new HashedRekordEntry(new byte[32], new byte[8], new byte[8], isCertificate: true, "PKIX_ECDSA_P256_SHA_256"), null);
        var refused = await Assert.ThrowsAsync<AgentException>(() => log.SubmitAsync(submission, 1, TestContext.Current.CancellationToken));
        Assert.Equal(AgentFault.NotTheService, refused.Fault);
    }
}
