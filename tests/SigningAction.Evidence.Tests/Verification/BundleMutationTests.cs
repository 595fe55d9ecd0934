using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>Takes a bundle of every kind that verifies and breaks it everywhere: no mutant may verify, and every refusal is a reason and not a crash.</summary>
public sealed class BundleMutationTests : IDisposable
{
    private readonly BundleKinds _kinds = new();

    /// <summary>What proves nothing: leaving it out or changing it changes no verdict. Each with the reason, and the kinds for which it holds.</summary>
    private static readonly (string Start, string Reason, Func<string, bool> Of)[] Benign =
    [
        ("$.messageSignature.messageDigest removed", "A hint; the artifact itself is hashed.", _ => true),
        ("$.messageSignature.messageDigest null", "As above.", _ => true),
        ("$.dsseEnvelope.signatures[0].keyid", "An unauthenticated hint of DSSE.", _ => true),
        ("$.verificationMaterial.tlogEntries[0].integratedTime", "Only a promise vouches for it, and there is none.", kind => !IsPromised(kind)),
        ("$.verificationMaterial.tlogEntries[0].canonicalizedBody removed", "The leaf of Rekor v2 is rebuilt from the bundle.", IsRekor2),
        ("$.verificationMaterial.tlogEntries[0].canonicalizedBody null", "As above.", IsRekor2),
        ("$.verificationMaterial.tlogEntries[0].canonicalizedBody empty", "As above.", IsRekor2),
        ("$.verificationMaterial.timestampVerificationData.rfc3161Timestamps[0] doubled", "The same authority twice counts once.", _ => true),
        ("$.verificationMaterial.publicKey.hint", "Free text that names a key for people; only one that is another key's id is refused. The key itself is the caller's.", _ => true),
        ("$.verificationMaterial.tlogEntries[0].logIndex", "The index over all shards, for which only a promise vouches; the one in the tree is proven.", kind => kind == "rekor1 with proof and timestamp"),
        ("$.verificationMaterial.tlogEntries[0].inclusionProof removed", "In v0.1 the promise stands for the proof.", IsOldest),
        ("$.verificationMaterial.tlogEntries[0].inclusionProof null", "As above.", IsOldest),
        ("$.verificationMaterial.tlogEntries[0].inclusionProof.checkpoint", "In v0.1 a proof needs no checkpoint beside the promise.", IsOldest),
        ("$.verificationMaterial.tlogEntries removed", "There is none.", kind => kind == "GitHub"),
        ("$.verificationMaterial.tlogEntries null", "As above.", kind => kind == "GitHub"),
        ("$.verificationMaterial.timestampVerificationData", "There is none: an empty list proves nothing, and its absence neither.", IsPromised),
    ];

    public static TheoryData<string> Kinds { get; } = [.. BundleKinds.Names];

    public void Dispose() => _kinds.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_bundle_verifies_with_any_member_removed_doubled_swapped_or_changed(string kind)
    {
        var (original, root, policy) = _kinds.Make(kind);
        var verifier = new Verifier(root);
        Assert.NotNull(verifier.Verify(Bundle.Parse(original), Artifact.OfBytes(BundleKinds.Bytes), policy));
        var (tried, verified) = (0, new List<string>());
        foreach (var (name, mutant) in Mutants(original))
        {
            tried++;
            try
            {
                verifier.Verify(Bundle.Parse(mutant), Artifact.OfBytes(BundleKinds.Bytes), policy);
                verified.Add(name);
            }
            catch (EvidenceException)
            {
                // Refused with a reason; which one is the business of the tests by name.
            }
        }

        Assert.True(tried > 200, $"only {tried} mutants");
        verified.RemoveAll(name => Benign.Any(benign => benign.Of(kind) && name.StartsWith(benign.Start, StringComparison.Ordinal)));
        Assert.True(verified.Count == 0, string.Join("; ", verified));
    }

    private static bool IsRekor2(string kind) => kind is "signature" or "attestation" or "managed key";

    private static bool IsOldest(string kind) => kind.StartsWith("v0.1", StringComparison.Ordinal);

    private static bool IsPromised(string kind) => !IsRekor2(kind) && kind is not ("rekor1 with proof and timestamp" or "GitHub");

    private static IEnumerable<(string Name, byte[] Mutant)> Mutants(byte[] original)
    {
        foreach (var path in Paths(JsonNode.Parse(original)!))
        {
            yield return Change(original, path, "removed", Remove);
            yield return Change(original, path, "null", node => Replace(node, null));
            yield return Change(original, path, "number", node => Replace(node, 12345));
            yield return Change(original, path, "empty", node => Replace(node, string.Empty));
            yield return Twice(original, path);
            if (Swapped(original, path) is { } swapped)
            {
                yield return swapped;
            }

            if (At(JsonNode.Parse(original)!, path) is not JsonValue value || !value.TryGetValue<string>(out var text))
            {
                continue;
            }

            yield return Change(original, path, "appended", node => Replace(node, text + "A"));
            yield return Change(original, path, "line feed", node => Replace(node, text + "\n"));
            if (!StrictBase64.TryDecode(text, out var bytes) || bytes.Length < 8)
            {
                continue;
            }

            // Every 17th byte: all fields of the DER, without hours of signatures.
            for (var i = 0; i < bytes.Length; i += bytes.Length > 64 ? 17 : 1)
            {
                var at = i;
                yield return Change(original, path, $"byte {at} flipped", node =>
                {
                    var flipped = (byte[])bytes.Clone();
                    flipped[at] ^= 0x01;
                    Replace(node, StrictBase64.Encode(flipped));
                });
            }

            yield return Change(original, path, "trailing byte", node => Replace(node, StrictBase64.Encode([.. bytes, 0])));
            yield return Change(original, path, "truncated", node => Replace(node, StrictBase64.Encode(bytes.AsSpan(0, bytes.Length - 1))));
        }
    }

    private static IEnumerable<string> Paths(JsonNode node)
    {
        IEnumerable<JsonNode> children = node switch
        {
            JsonObject json => json.Select(member => member.Value).OfType<JsonNode>(),
            JsonArray array => array.OfType<JsonNode>(),
            _ => [],
        };
        return children.SelectMany(child => Paths(child).Prepend(child.GetPath()));
    }

    private static JsonNode At(JsonNode root, string path) => path == "$" ? root
        : root switch
        {
            JsonObject json => json.Select(member => member.Value),
            JsonArray array => array,
            _ => [],
        } is var children && children.OfType<JsonNode>().FirstOrDefault(child => child.GetPath() == path) is { } found ? found
        : children.OfType<JsonNode>().Where(child => path.StartsWith(child.GetPath() + ".", StringComparison.Ordinal) || path.StartsWith(child.GetPath() + "[", StringComparison.Ordinal))
            .Select(child => At(child, path)).First();

    private static (string Name, byte[] Mutant) Change(byte[] original, string path, string what, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(original)!;
        change(At(root, path));
        return ($"{path} {what}", System.Text.Encoding.UTF8.GetBytes(root.ToJsonString()));
    }

    /// <summary>The member or element once more beside itself, as text: a tree of JSON cannot hold a name twice.</summary>
    private static (string Name, byte[] Mutant) Twice(byte[] original, string path)
    {
        const string Mark = "twice-38a1";
        var root = JsonNode.Parse(original)!;
        var node = At(root, path);
        var value = node.ToJsonString();
        if (node.Parent is JsonArray array)
        {
            array.Insert(node.GetElementIndex(), node.DeepClone());
            return ($"{path} doubled", System.Text.Encoding.UTF8.GetBytes(root.ToJsonString()));
        }

        var name = node.GetPropertyName();
        Replace(node, Mark);
        return ($"{path} doubled", System.Text.Encoding.UTF8.GetBytes(root.ToJsonString().Replace($"\"{Mark}\"", $"{value},\"{name}\":{value}", StringComparison.Ordinal)));
    }

    /// <summary>The value exchanged with its next sibling's.</summary>
    private static (string Name, byte[] Mutant)? Swapped(byte[] original, string path)
    {
        var root = JsonNode.Parse(original)!;
        var node = At(root, path);
        var siblings = node.Parent is JsonObject json ? json.Select(member => member.Value).OfType<JsonNode>().ToList() : [.. node.Parent!.AsArray().OfType<JsonNode>()];
        var at = siblings.IndexOf(node);
        if (at + 1 >= siblings.Count || JsonNode.DeepEquals(node, siblings[at + 1]))
        {
            return null;
        }

        var (first, second) = (node.DeepClone(), siblings[at + 1].DeepClone());
        Replace(siblings[at + 1], first);
        Replace(node, second);
        return ($"{path} swapped with the next", System.Text.Encoding.UTF8.GetBytes(root.ToJsonString()));
    }

    private static void Remove(JsonNode node)
    {
        if (node.Parent is JsonArray array)
        {
            array.Remove(node);
        }
        else
        {
            node.Parent!.AsObject().Remove(node.GetPropertyName());
        }
    }

    private static void Replace(JsonNode node, JsonNode? value)
    {
        if (node.Parent is JsonArray array)
        {
            array[node.GetElementIndex()] = value;
        }
        else
        {
            node.Parent!.AsObject()[node.GetPropertyName()] = value;
        }
    }
}
