using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>Takes a bundle that verifies and breaks it everywhere: no mutant may verify, and every refusal is a reason and not a crash.</summary>
public sealed class BundleMutationTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private static readonly VerificationPolicy Policy = new() { Repository = "octo/app" };
    private readonly InMemorySigstore _sigstore = new();

    /// <summary>Members that prove nothing: leaving them out or changing them changes no verdict. Each with the reason.</summary>
    private static readonly string[] Benign =
    [
        "$.messageSignature.messageDigest removed", // A hint; the artifact itself is hashed.
        "$.messageSignature.messageDigest null",
        "$.dsseEnvelope.signatures[0].keyid", // Unauthenticated hint of DSSE.
        "$.verificationMaterial.tlogEntries[0].integratedTime", // Rekor v2 does not vouch for it.
        "$.verificationMaterial.tlogEntries[0].canonicalizedBody removed", // The leaf is rebuilt from the bundle.
        "$.verificationMaterial.tlogEntries[0].canonicalizedBody null",
        "$.verificationMaterial.tlogEntries[0].canonicalizedBody empty",
    ];

    /// <summary>The same with a log of Rekor v1, which vouches for time and body by its promise.</summary>
    private static readonly string[] Rekor1Benign = [.. Benign.Where(benign => !benign.Contains("tlogEntries", StringComparison.Ordinal)),
        "$.verificationMaterial.timestampVerificationData", // There is none: an empty list proves nothing, and its absence neither.
    ];

    public void Dispose() => _sigstore.Dispose();

    [Fact]
    public void No_plain_signature_verifies_with_any_member_removed_or_changed() => NoMutantVerifies(_sigstore.Sign(Bytes));

    [Fact]
    public void No_attestation_verifies_with_any_member_removed_or_changed() => NoMutantVerifies(_sigstore.Attest(Bytes));

    [Fact]
    public void No_bundle_of_Rekor_v1_verifies_with_any_member_removed_or_changed()
    {
        using var log = new InMemoryRekor1();
        var root = log.In(_sigstore.TrustedRoot);
        var (signed, attested) = (_sigstore.Sign(Bytes), _sigstore.Attest(Bytes));
        string PemOf(Bundle bundle) => Pem.OfCertificate(bundle.Signer.Certificate.Span);
        var entry = log.Log(InMemoryRekor1.HashedRekord("sha256", Sha256Digest.Of(Bytes).Span, signed.Signature.Span, PemOf(signed)));
        NoMutantVerifies(Bundle.Create(signed.Signer.Certificate, signed.MessageSignature!, [entry], []), root, Rekor1Benign);
        entry = log.Log(InMemoryRekor1.Dsse(attested.Envelope!, PemOf(attested)));
        NoMutantVerifies(Bundle.Create(attested.Signer.Certificate, attested.Envelope!, [entry], []), root, Rekor1Benign);
    }

    private void NoMutantVerifies(Bundle bundle) => NoMutantVerifies(bundle, _sigstore.TrustedRoot, Benign);

    private static void NoMutantVerifies(Bundle bundle, TrustedRoot root, string[] benign)
    {
        var verifier = new Verifier(root);
        var original = bundle.ToJson();
        Assert.NotNull(verifier.Verify(Bundle.Parse(original), Artifact.OfBytes(Bytes), Policy));
        var (tried, verified) = (0, new List<string>());
        foreach (var (name, mutant) in Mutants(original))
        {
            tried++;
            try
            {
                verifier.Verify(Bundle.Parse(mutant), Artifact.OfBytes(Bytes), Policy);
                verified.Add(name);
            }
            catch (EvidenceException)
            {
                // Refused with a reason; which one is the business of the tests by name.
            }
        }

        Assert.True(tried > 500, $"only {tried} mutants");
        verified.RemoveAll(name => benign.Any(start => name.StartsWith(start, StringComparison.Ordinal)));
        Assert.True(verified.Count == 0, string.Join("; ", verified));
    }

    private static IEnumerable<(string Name, byte[] Mutant)> Mutants(byte[] original)
    {
        foreach (var path in Paths(JsonNode.Parse(original)!))
        {
            yield return Change(original, path, "removed", Remove);
            yield return Change(original, path, "null", node => Replace(node, null));
            yield return Change(original, path, "number", node => Replace(node, 12345));
            yield return Change(original, path, "empty", node => Replace(node, string.Empty));
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
