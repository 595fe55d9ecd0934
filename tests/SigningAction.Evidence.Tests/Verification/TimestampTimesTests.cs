using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>How many vouch for a time: operators, where the trusted root names them, and else anchors. Certificates are cheap.</summary>
public sealed class TimestampTimesTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private readonly InMemorySigstore _sigstore = new();
    private readonly ECDsa[] _keys = [.. Enumerable.Range(0, 3).Select(_ => InMemorySigstore.NewKey())];

    public void Dispose()
    {
        _sigstore.Dispose();
        Array.ForEach(_keys, key => key.Dispose());
    }

    [Theory]
    [InlineData("one.example", "two.example", true)]
    [InlineData(null, null, true)]
    [InlineData("", "", true)]
    [InlineData("one.example", "one.example", false)]
    public void Two_authorities_of_one_operator_are_one_source_of_time(string? first, string? second, bool verified) =>
        Assert.Equal(verified, Reaches([(first, 0), (second, 1)]));

    [Fact]
    public void Two_signers_below_one_anchor_are_one_source_of_time()
    {
        Assert.False(Reaches([(null, 1), (null, 2)]));
        Assert.True(Reaches([(null, 0), (null, 2)]));
        Assert.True(Reaches([("one.example", 1), ("two.example", 2)]));
    }

    /// <summary>Whether stamps of these two authorities reach a threshold of two. Authority 0 is the instance's own, 1 and 2 are two signers of another.</summary>
    private bool Reaches((string? Operator, int Authority)[] stamps)
    {
        var end = InMemorySigstore.Start.AddYears(10);
        var builder = new AuthorityCertificateBuilder("other.example", InMemorySigstore.Start);
        var anchor = builder.TimestampRoot("tsa root", _keys[0], end);
        Certificate[] leaves = [.. new[] { 1, 2 }.Select(i => builder.TimestampLeaf($"tsa {i}", VerificationKey.Of(_keys[i]), anchor, _keys[0], end))];
        var others = new TrustedRootBuilder { Organization = "other.example" };
        foreach (var leaf in leaves)
        {
            others.AddTimestampAuthority("https://tsa.example", leaf.Subject.ToString(), [leaf.RawBytes, anchor.RawBytes], new Validity(InMemorySigstore.Start));
        }

        var root = JsonNode.Parse(_sigstore.TrustedRoot.ToJson())!;
        var authorities = root["timestampAuthorities"]!.AsArray();
        foreach (var authority in JsonNode.Parse(others.Build().ToJson())!["timestampAuthorities"]!.AsArray())
        {
            authorities.Add(authority!.DeepClone());
        }

        var bundle = _sigstore.Sign(Bytes);
        var responses = new List<ReadOnlyMemory<byte>>();
        foreach (var (name, authority) in stamps)
        {
            authorities[authority]!["operator"] = name;
            responses.Add(authority == 0
                ? _sigstore.Stamp(bundle.Signature.Span)
                : new TimestampSigner(leaves[authority - 1], _keys[authority]).Stamp(TimestampRequest.ForSignature(bundle.Signature.Span), InMemorySigstore.Now.AddSeconds(1), CertificateSerial.Create()));
        }

        var verifier = new Verifier(TrustedRoot.Parse(System.Text.Encoding.UTF8.GetBytes(root.ToJsonString())));
        var both = Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, bundle.LogEntries, responses);
        var policy = new VerificationPolicy { Repository = "octo/app" };
        Assert.Equal(2, verifier.Verify(both, Artifact.OfBytes(Bytes), policy).Times.Count);
        try
        {
            return verifier.Verify(both, Artifact.OfBytes(Bytes), policy with { TimeThreshold = 2 }).Times.Count == 2;
        }
        catch (EvidenceException e) when (e.Code == FailureCode.ThresholdNotMet)
        {
            return false;
        }
    }
}
