using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Wire;

/// <summary>Every member of every request, absent, null, empty and of every wrong type: a refusal of the caller, never a fault of ours (CVE-2023-33199).</summary>
public sealed class EveryMemberTests : IAsyncLifetime
{
    private static readonly Func<JsonNode?>[] Values =
    [
        () => null, () => 0, () => -1, () => 1e300, () => true, () => "", () => "AAAA", () => "\0\u202e", () => new string('A', 20_000),
        () => new JsonArray(), () => new JsonArray(null, 1), () => new JsonObject(), () => new JsonArray(new JsonObject()),
    ];

    private AuthorityInProcess _authority = null!;
    private TestSigner _signer = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = await AuthorityInProcess.StartAsync();
        _signer = new TestSigner(_authority.Client);
    }

    public async ValueTask DisposeAsync()
    {
        _signer.Dispose();
        await _authority.DisposeAsync();
    }

    [Theory]
    [InlineData("publicKeyRequest")]
    [InlineData("certificateSigningRequest")]
    [InlineData("hashedRekordRequestV002")]
    [InlineData("dsseRequestV002")]
    [InlineData("timestamp")]
    public async Task No_value_of_any_member_is_a_fault_of_ours(string kind)
    {
        var (path, body) = await RequestAsync(kind);
        var good = await _signer.PostAsync(path, body);
        Assert.True(good.IsSuccessStatusCode, await good.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var refused = 0;
        foreach (var place in Places(body).ToList())
        {
            foreach (var change in Values.Select(value => (Action<JsonNode>)(copy => Set(copy, place, value()))).Append(copy => Remove(copy, place)))
            {
                var copy = body.DeepClone();
                change(copy);
                var answer = await _signer.PostAsync(path, copy);
                Assert.True(
                    answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge,
                    $"{string.Join('.', place)} in {copy.ToJsonString()}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
                refused += answer.StatusCode == HttpStatusCode.BadRequest ? 1 : 0;
            }
        }

        Assert.True(refused > 10);
    }

    private async Task<(string Path, JsonObject Body)> RequestAsync(string kind)
    {
        var subject = (string)_authority.Issuer.Claims()["sub"]!;
        if (kind is "publicKeyRequest" or "certificateSigningRequest")
        {
            var token = _authority.Issuer.IssueToken();
            return ("/api/v2/signingCert", kind == "publicKeyRequest" ? _signer.WithPublicKey(subject, token) : _signer.WithRequest(token));
        }

        var data = "data"u8.ToArray();
        if (kind == "timestamp")
        {
            return ("/api/v1/timestamp", new JsonObject
            {
                ["artifactHash"] = Convert.ToBase64String(SHA256.HashData(data)),
                ["hashAlgorithm"] = "sha256",
                ["certificates"] = true,
                ["nonce"] = 7,
                ["tsaPolicyOID"] = "1.3.6.1.4.1.57264.2",
            });
        }

        var certificate = await TestSigner.ReadLeafAsync(await _signer.ExchangeAsync(_authority.Issuer));
        var record = TestSigner.Record(SHA256.HashData(data), _signer.Sign(data), certificate);
        if (kind == "hashedRekordRequestV002")
        {
            return ("/api/v2/log/entries", record);
        }

        var verifier = record["hashedRekordRequestV002"]!["signature"]!["verifier"]!.DeepClone();
        var pae = DsseEnvelope.PreAuthenticationEncoding("text/plain", data);
        return ("/api/v2/log/entries", new JsonObject
        {
            ["dsseRequestV002"] = new JsonObject
            {
                ["envelope"] = new JsonObject
                {
                    ["payload"] = Convert.ToBase64String(data),
                    ["payloadType"] = "text/plain",
                    ["signatures"] = new JsonArray(new JsonObject { ["sig"] = Convert.ToBase64String(_signer.Sign(pae)), ["keyid"] = "" }),
                },
                ["verifiers"] = new JsonArray(verifier),
            },
        });
    }

    /// <summary>The way to every member and every element.</summary>
    private static IEnumerable<IReadOnlyList<object>> Places(JsonNode node, params object[] way)
    {
        var children = node switch
        {
            JsonObject json => json.Select(member => ((object)member.Key, member.Value)),
            JsonArray list => list.Select((item, i) => ((object)i, item)),
            _ => [],
        };
        foreach (var (key, child) in children)
        {
            object[] place = [.. way, key];
            yield return place;
            foreach (var below in child is null ? [] : Places(child, place))
            {
                yield return below;
            }
        }
    }

    private static void Set(JsonNode root, IReadOnlyList<object> place, JsonNode? value)
    {
        var parent = Parent(root, place);
        if (place[^1] is int index)
        {
            parent[index] = value;
        }
        else
        {
            parent[(string)place[^1]] = value;
        }
    }

    private static void Remove(JsonNode root, IReadOnlyList<object> place)
    {
        var parent = Parent(root, place);
        if (place[^1] is int index)
        {
            parent.AsArray().RemoveAt(index);
        }
        else
        {
            parent.AsObject().Remove((string)place[^1]);
        }
    }

    private static JsonNode Parent(JsonNode root, IReadOnlyList<object> place) =>
        place.SkipLast(1).Aggregate(root, (node, key) => key is int index ? node[index]! : node[(string)key]!);
}
