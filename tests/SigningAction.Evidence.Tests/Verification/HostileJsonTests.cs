using System.Text.Json.Nodes;
using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;
using SigningAction.Testing.Tuf;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>JSON whose members are of another kind than they should be, one at a time: every place of every document, every other kind. Mutants of bytes hardly ever parse.</summary>
public sealed class HostileJsonTests : IDisposable
{
    private static readonly string[] Others = ["null", "1", "-1.5e400", "\"x\"", "[]", "[null]", "{}", "{\"x\":null}"];

    private readonly EvidenceReaders _readers = new();
    private readonly TufRepository _tuf = new(InMemorySigstore.Now);

    public HostileJsonTests()
    {
        // Length and hash of metadata are optional, and without them a file is read before anything about it is known.
        _tuf.Targets["trusted_root.json"] = "{}"u8.ToArray();
        _tuf.Change = (role, signed) =>
        {
            foreach (var (_, info) in role is "timestamp" or "snapshot" ? (JsonObject)signed["meta"]! : [])
            {
                _ = ((JsonObject)info!).Remove("length");
                _ = ((JsonObject)info!).Remove("hashes");
            }
        };
        _tuf.Publish();
    }

    public void Dispose()
    {
        _readers.Dispose();
        _tuf.Dispose();
    }

    [Theory]
    [InlineData("bundle")]
    [InlineData("attestation")]
    [InlineData("attestation in Rekor v1")]
    [InlineData("body of Rekor v1")]
    [InlineData("TUF root")]
    [InlineData("TUF timestamp")]
    [InlineData("envelope")]
    [InlineData("statement")]
    [InlineData("log entry")]
    [InlineData("log entry's body")]
    [InlineData("trusted root")]
    [InlineData("signing config")]
    [InlineData("client trust config")]
    public void A_member_of_another_kind_is_refused_with_a_reason_and_nothing_else(string name) => Try(_readers.All[name].Sample, _readers.All[name].Read);

    [Fact]
    public void A_member_of_another_kind_in_a_TUF_file_is_refused_with_a_reason_and_nothing_else()
    {
        var timestamp = TufTrust.Start(_tuf.InitialRoot, InMemorySigstore.Now).Absent();
        Try(_tuf.Files["timestamp.json"], bytes => timestamp.Accept(bytes));
        var snapshot = timestamp.Accept(_tuf.Files["timestamp.json"]);
        Try(_tuf.Files["1.snapshot.json"], bytes => snapshot.Accept(bytes));
        var targets = snapshot.Accept(_tuf.Files["1.snapshot.json"]);
        Try(_tuf.Files["1.targets.json"], bytes => targets.Accept(bytes));
    }

    private static void Try(byte[] sample, Action<byte[]> read)
    {
        read(sample);
        var places = Places(JsonNode.Parse(sample)!, []).ToArray();
        Assert.NotEmpty(places);
        foreach (var place in places)
        {
            foreach (var other in Others)
            {
                var mutant = JsonNode.Parse(sample)!;
                Put(mutant, place, other);
                var text = mutant.ToJsonString();
                try
                {
                    read(System.Text.Encoding.UTF8.GetBytes(text));
                }
                catch (EvidenceException)
                {
                    continue;
                }
                catch (Exception e) when (e is not EvidenceException)
                {
                    Assert.Fail($"{string.Join('/', place)} as {other}: {e}");
                }
            }
        }
    }

    private static IEnumerable<object[]> Places(JsonNode? node, object[] place) => (node switch
    {
        JsonObject members => members.SelectMany(member => Places(member.Value, [.. place, member.Key])),
        JsonArray items => items.SelectMany((item, index) => Places(item, [.. place, index])),
        _ => [],
    }).Concat(place.Length > 0 ? [place] : []);

    private static void Put(JsonNode root, object[] place, string json)
    {
        var node = place[..^1].Aggregate(root, (at, step) => step is int index ? at[index]! : at[(string)step]!);
        if (place[^1] is int last)
        {
            node[last] = JsonNode.Parse(json);
        }
        else
        {
            node[(string)place[^1]] = JsonNode.Parse(json);
        }
    }
}
