using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Hostile;

/// <summary>An authority that was broken into is not taken out of the root: its time is ended, at the last moment at which it can be trusted.</summary>
public sealed class EndedAuthorityTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private readonly InMemorySigstore _sigstore = new();

    public void Dispose() => _sigstore.Dispose();

    [Fact]
    public void An_authority_whose_time_was_ended_still_vouches_for_what_was_before()
    {
        var bundle = _sigstore.Sign(Bytes);
        Assert.NotNull(new Verifier(Ended("2026-06-01T12:00:31Z")).Verify(bundle, Artifact.OfBytes(Bytes), new() { Repository = "octo/app" }));
        var late = new Verifier(Ended("2026-06-01T12:00:30Z"));
        Refusal.Is(FailureCode.UntrustedIssuer, () => late.Verify(bundle, Artifact.OfBytes(Bytes), new() { Repository = "octo/app" }));
    }

    /// <summary>The root, its certificate authority trusted until then.</summary>
    private TrustedRoot Ended(string time)
    {
        var json = JsonNode.Parse(_sigstore.TrustedRoot.ToJson())!;
        json["certificateAuthorities"]![0]!["validFor"]!["end"] = time;
        return TrustedRoot.Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
    }
}
