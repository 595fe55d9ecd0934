using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;
using SigningAction.Testing.Mutants;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>Takes a bundle of every kind that verifies and breaks it everywhere: no mutant may verify, and every refusal is a reason and not a crash.</summary>
public sealed class BundleMutationTests : IDisposable
{
    private readonly BundleKinds _kinds = new();

    private const string Entry = "$.verificationMaterial.tlogEntries[0]";

    /// <summary>What proves nothing: leaving it out or changing it changes no verdict. Each change by name, with the reason and the kinds of bundle for which it holds; the list is exact.</summary>
    private static readonly (string Path, string[] Changes, string Reason, Func<string, bool> Of)[] Benign =
    [
        ("$.messageSignature.messageDigest", ["removed", "null"], "It only identifies the artifact, which is hashed itself.", IsPlain),
        ("$.dsseEnvelope.signatures[0].keyid", ["removed", "null", "empty", "appended", "line feed"], "An unauthenticated hint of DSSE.", kind => !IsPlain(kind)),
        (Entry + ".integratedTime", ["removed", "number", "first character changed"], "Only a promise vouches for it, and there is none.", IsRekor2),
        (Entry + ".integratedTime", ["removed", "number", "middle character changed", "last character changed", "cut short"], "As above.", IsUnpromised),
        (Entry + ".logIndex", ["removed", "number", "middle character changed", "last character changed", "cut short"], "The index over all shards, for which only a promise vouches; the one in the tree is proven.", IsUnpromised),
        (Entry + ".canonicalizedBody", ["removed", "null", "empty"], "The leaf of hashedrekord 0.0.2 is rebuilt from the bundle.", kind => IsRekor2(kind) && !kind.StartsWith("dsse", StringComparison.Ordinal)),
        ("$.verificationMaterial.timestampVerificationData.rfc3161Timestamps[0]", ["doubled"], "The same authority twice counts once.", kind => !IsTimedByPromise(kind)),
        ("$.verificationMaterial.timestampVerificationData", ["removed", "null"], "The list is empty: it proves nothing, and its absence neither.", IsTimedByPromise),
        ("$.verificationMaterial.timestampVerificationData.rfc3161Timestamps", ["removed", "null"], "As above.", IsTimedByPromise),
        (
            "$.verificationMaterial.publicKey.hint",
            ["removed", "null", "empty", "appended", "line feed", "last character changed", "cut short", "trailing byte", "truncated"],
            "Free text that names a key for people; only one that is another key's id is refused. The key itself is the caller's.",
            kind => kind.StartsWith("managed key", StringComparison.Ordinal)
        ),
        (Entry + ".inclusionProof", ["removed", "null"], "In v0.1 the promise stands for the proof.", kind => kind == "v0.1 with promise and proof"),
        (Entry + ".inclusionProof.checkpoint", ["removed", "null"], "In v0.1 a proof needs no checkpoint beside the promise.", kind => kind == "v0.1 with promise and proof"),
        (Entry + ".inclusionProof.checkpoint.envelope", ["removed", "null", "empty"], "As above.", kind => kind == "v0.1 with promise and proof"),
        ("$.verificationMaterial.tlogEntries", ["removed", "null"], "There is none.", kind => kind == "GitHub"),
    ];

    public static TheoryData<string> Kinds { get; } = [.. BundleKinds.Names];

    public void Dispose() => _kinds.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_bundle_verifies_with_any_member_removed_doubled_swapped_or_changed(string kind)
    {
        var (tried, verified) = Verdicts.Of(_kinds.Make(kind));
        Assert.True(tried > 200, $"only {tried} mutants");
        Assert.Equal(
            Benign.Where(benign => benign.Of(kind)).SelectMany(benign => benign.Changes.Select(change => $"{benign.Path} {change}")).Order(StringComparer.Ordinal),
            verified.Order(StringComparer.Ordinal));
    }

    /// <summary>Whoever can write to a log of Rekor v1 may log a body that is not quite this signature's.</summary>
    [Theory]
    [InlineData("rekor1 signature", "$.spec.signature.publicKey.content", null)]
    [InlineData("rekor1 attestation", "$.spec.signatures[0].verifier", "$.spec.envelopeHash.value ")]
    [InlineData("rekor1 in-toto", "$.spec.content.envelope.signatures[0].publicKey", "$.spec.content.hash")]
    public void No_changed_body_of_Rekor_v1_verifies_though_the_log_holds_it(string kind, string certificate, string? hash)
    {
        // The hash of the envelope as it was submitted cannot be made again; and what stands behind the last line of PEM is no part of the certificate (RFC 7468, section 2).
        string[] benign = [.. new[] { "trailing byte", "truncated", "last character changed" }.Select(change => $"{certificate} {change}"), .. hash is null ? Array.Empty<string>() : [hash]];
        var (tried, verified) = Verdicts.Of(_kinds.MakeLogged(kind));
        Assert.True(tried > 50, $"only {tried} mutants");
        Assert.DoesNotContain(verified, name => !benign.Any(start => name.StartsWith(start, StringComparison.Ordinal)));
        Assert.Contains(benign[0], verified);
        Assert.True(hash is null || verified.Any(name => name.StartsWith(hash, StringComparison.Ordinal)));
    }

    private static bool IsPlain(string kind) => !kind.Contains("attestation", StringComparison.Ordinal) && !kind.Contains("in-toto", StringComparison.Ordinal) && !kind.StartsWith("dsse", StringComparison.Ordinal);

    private static bool IsRekor2(string kind) => kind is "signature" or "attestation" or "managed key" or "dsse 0.0.2" or "cosigned";

    private static bool IsUnpromised(string kind) => kind is "rekor1 with proof and timestamp" or "detached promise";

    private static bool IsTimedByPromise(string kind) => !IsRekor2(kind) && !IsUnpromised(kind) && kind != "GitHub";
}
