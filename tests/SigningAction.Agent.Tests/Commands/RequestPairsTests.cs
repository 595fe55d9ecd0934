using System.Reflection;
using SigningAction.Agent.Commands;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Pipelines.Local;
using SigningAction.Agent.Services;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>Whatever is asked for together ends in a sentence or at the door of the token service, and never in a fault of ours.</summary>
public sealed class RequestPairsTests : IDisposable
{
    private static readonly string Digest = new('a', 64);

    private static readonly (string Member, Func<SigningRequest, SigningRequest> Add)[] Members =
    [
        (nameof(SigningRequest.Paths), r => r with { Paths = ["a.zip"] }),
        (nameof(SigningRequest.Attest), r => r with { Attest = true }),
        (nameof(SigningRequest.Sign), r => r with { Sign = true }),
        (nameof(SigningRequest.SubjectDigest), r => r with { SubjectDigest = $"sha512:{Digest}{Digest}" }),
        (nameof(SigningRequest.SubjectName), r => r with { SubjectName = "registry.test/octo/app" }),
        (nameof(SigningRequest.SubjectChecksums), r => r with { SubjectChecksums = $"{Digest}  x\n{Digest}  y" }),
        (nameof(SigningRequest.ArtifactsList), r => r with { ArtifactsList = "list.json" }),
        (nameof(SigningRequest.SubjectVersion), r => r with { SubjectVersion = "1" }),
        (nameof(SigningRequest.SbomPath), r => r with { SbomPath = "sbom.json" }),
        (nameof(SigningRequest.PredicateType), r => r with { PredicateType = "https://example.com/p" }),
        (nameof(SigningRequest.Predicate), r => r with { Predicate = "{}" }),
        (nameof(SigningRequest.PredicatePath), r => r with { PredicatePath = "p.json" }),
        (nameof(SigningRequest.Statement), r => r with { Statement = "statement.json" }),
        (nameof(SigningRequest.SigningConfig), r => r with { SigningConfig = "config.json" }),
        (nameof(SigningRequest.TrustedRoot), r => r with { TrustedRoot = "root.json" }),
        (nameof(SigningRequest.TufUrl), r => r with { TufUrl = "https://tuf.test" }),
        (nameof(SigningRequest.TufRoot), r => r with { TufRoot = "p.json" }),
        (nameof(SigningRequest.Authority), r => r with { Authority = "public-good" }),
        (nameof(SigningRequest.PublishPrivateRepository), r => r with { PublishPrivateRepository = true }),
        (nameof(SigningRequest.Bundle), r => r with { Bundle = "out.json" }),
        (nameof(SigningRequest.BundleDirectory), r => r with { BundleDirectory = "out" }),
        (nameof(SigningRequest.PushToRegistry), r => r with { PushToRegistry = true }),
        (nameof(SigningRequest.CreateStorageRecord), r => r with { CreateStorageRecord = true }),
        (nameof(SigningRequest.Release), r => r with { Release = "v1" }),
        (nameof(SigningRequest.GitHubToken), r => r with { GitHubToken = SmallGitHub.Token }),
        (nameof(SigningRequest.ReadBack), r => r with { ReadBack = true }),
    ];

    /// <summary>What is no choice of what is signed or where it goes.</summary>
    private static readonly string[] Plain = ["EqualityContract", "AuthorityUrl", "IsKnownToGitHub", "IdentityToken", "Audience", "Wait", "ShowSummary", "DryRun", "Json"];

    private readonly SmallSigstore _sigstore = new(TimeProvider.System);
    private readonly TestPlace _place;

    public RequestPairsTests()
    {
        _place = new TestPlace { Network = _sigstore };
        _place.Write("a.zip", "a");
        _place.Write("p.json", "{}");
        _place.Write("sbom.json", """{"bomFormat":"CycloneDX","specVersion":"1.6"}""");
        _place.Write("list.json", $$"""{"version":1,"subjects":[{"name":"x","digest":"sha256:{{Digest}}","kind":"file"}]}""");
        File.WriteAllBytes(_place.PathOf("statement.json"), new Statement([new Subject("x", Sha256Digest.Of([1]))], "https://example.com/p", "{}"u8.ToArray()).ToJson());
        File.WriteAllBytes(_place.PathOf("root.json"), _sigstore.Root.ToJson());
        File.WriteAllBytes(_place.PathOf("config.json"), _sigstore.Config.ToJson());
    }

    [Fact]
    public void Every_member_of_a_request_is_among_the_pairs() => Assert.Equal(
        typeof(SigningRequest).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(p => p.Name).Except(Plain).Order(StringComparer.Ordinal),
        Members.Select(m => m.Member).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Every_pair_of_what_can_be_asked_for_is_a_plan_or_a_sentence()
    {
        var empty = new SigningRequest { Attest = false, Sign = false };
        SigningRequest[] starts =
        [
            empty with { Authority = SmallSigstore.Url },
            empty with { Authority = SmallSigstore.Url, Paths = ["a.zip"], Attest = true },
            empty with { Authority = SmallSigstore.Url, ArtifactsList = "list.json", Attest = true, BundleDirectory = "out" },
        ];
        var plans = 0;
        foreach (var start in starts)
        {
            for (var i = 0; i < Members.Length; i++)
            {
                for (var j = i + 1; j < Members.Length; j++)
                {
                    plans += await IsPlanAsync(Members[j].Add(Members[i].Add(start)), $"{Members[i].Member} and {Members[j].Member}") ? 1 : 0;
                }
            }
        }

        Assert.InRange(plans, 50, starts.Length * Members.Length * Members.Length / 4);
    }

    public void Dispose()
    {
        _place.Dispose();
        _sigstore.Dispose();
    }

    /// <summary>Whether all was ready but the identity, of which there is none here.</summary>
    private async Task<bool> IsPlanAsync(SigningRequest request, string pair)
    {
        request = request.ArtifactsList is null ? request : request with { ArtifactsList = _place.PathOf("list.json") };
        using var http = ServiceHttp.CreateClient(_sigstore);
        var environment = _place.Environment;
        var run = new SigningRun(environment, new LocalPipeline(new SafeWriter(environment.Out, environment.Error)), new ServiceClient(http, environment.Time, WaitBudget.Default));
        var ended = await Record.ExceptionAsync(() => run.RunAsync(request, TestContext.Current.CancellationToken));
        var fault = ended is AgentException refused ? refused.Fault : AgentFault.Internal;
        Assert.True(
            fault is AgentFault.Usage or AgentFault.NoIdentity || (request.TufUrl is not null && fault is AgentFault.NotTheService),
            $"{pair}: {ended}");
        return fault == AgentFault.NoIdentity;
    }
}
