using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace SigningAction.Testing.Tuf;

/// <summary>
/// A TUF repository with consistent snapshots. It does right unless a test changes a version, a key or a document between two publications;
/// whoever holds its keys can also do wrong with good signatures.
/// </summary>
public sealed class TufRepository : IDisposable
{
    private readonly List<TufSigner> _all = [];

    public TufRepository(DateTimeOffset now)
    {
        Now = now;
        Roots = [New(), New(), New()];
        Online = [New()];
        PublishRoot();
        InitialRoot = Files["1.root.json"];
    }

    /// <summary>The time of publication.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>Days that a timestamp is good.</summary>
    public int TimestampDays { get; set; } = 7;

    /// <summary>Everything that is served, by path below the URL. Tests may add, change and remove.</summary>
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>The root that clients begin with.</summary>
    public byte[] InitialRoot { get; }

    /// <summary>Targets of the next publication by name.</summary>
    public Dictionary<string, byte[]> Targets { get; } = new(StringComparer.Ordinal);

    /// <summary>Signers of root and targets; two must sign.</summary>
    public IReadOnlyList<TufSigner> Roots { get; set; }

    /// <summary>Signers of snapshot and timestamp; one must sign.</summary>
    public IReadOnlyList<TufSigner> Online { get; set; }

    public int RootVersion { get; set; }

    public int TargetsVersion { get; set; }

    public int SnapshotVersion { get; set; }

    public int TimestampVersion { get; set; }

    /// <summary>Changes what is signed, by role, before it is signed.</summary>
    public Action<string, JsonObject>? Change { get; set; }

    /// <summary>Another key.</summary>
    public TufSigner New(Func<TufSigner>? make = null)
    {
        var signer = make?.Invoke() ?? TufSigner.Ecdsa();
        _all.Add(signer);
        return signer;
    }

    /// <summary>A root of the present keys, one version up, signed by them and by <paramref name="also"/>.</summary>
    public void PublishRoot(params IEnumerable<TufSigner> also)
    {
        RootVersion++;
        var signed = RootDocument();
        Files[$"{RootVersion}.root.json"] = TufDocument.Sign(signed, Roots.Concat(also));
    }

    /// <summary>The present root, unsigned.</summary>
    public JsonObject RootDocument()
    {
        var signed = Document("root", RootVersion, days: 365);
        signed["consistent_snapshot"] = true;
        signed["keys"] = new JsonObject(Roots.Concat(Online).Select(key => KeyValuePair.Create<string, JsonNode?>(key.Id, key.Json.DeepClone())));
        signed["roles"] = new JsonObject
        {
            ["root"] = Role(Roots, 2),
            ["targets"] = Role(Roots, 2),
            ["snapshot"] = Role(Online, 1),
            ["timestamp"] = Role(Online, 1),
        };
        Change?.Invoke("root", signed);
        return signed;
    }

    /// <summary>Targets, snapshot and timestamp, each one version up.</summary>
    public void Publish()
    {
        TargetsVersion++;
        var targets = Document("targets", TargetsVersion, days: 3650);
        targets["targets"] = new JsonObject(Targets.Select(target => KeyValuePair.Create<string, JsonNode?>(target.Key, Info(target.Value))));
        foreach (var (name, bytes) in Targets)
        {
            var slash = name.LastIndexOf('/') + 1;
            Files[$"targets/{name[..slash]}{Hash(bytes)}.{name[slash..]}"] = bytes;
        }

        Change?.Invoke("targets", targets);
        var file = Files[$"{TargetsVersion}.targets.json"] = TufDocument.Sign(targets, Roots);
        PublishSnapshot(new JsonObject { ["targets.json"] = Meta(TargetsVersion, file) });
    }

    /// <summary>A snapshot and a timestamp.</summary>
    public void PublishSnapshot(JsonObject meta)
    {
        SnapshotVersion++;
        var snapshot = Document("snapshot", SnapshotVersion, days: 3650);
        snapshot["meta"] = meta;
        Change?.Invoke("snapshot", snapshot);
        Files[$"{SnapshotVersion}.snapshot.json"] = TufDocument.Sign(snapshot, Online);
        PublishTimestamp();
    }

    /// <summary>A timestamp alone.</summary>
    public void PublishTimestamp()
    {
        TimestampVersion++;
        var timestamp = Document("timestamp", TimestampVersion, TimestampDays);
        timestamp["meta"] = new JsonObject { ["snapshot.json"] = Meta(SnapshotVersion, Files[$"{SnapshotVersion}.snapshot.json"]) };
        Change?.Invoke("timestamp", timestamp);
        Files["timestamp.json"] = TufDocument.Sign(timestamp, Online);
    }

    public void Dispose() => _all.ForEach(signer => signer.Dispose());

    private static JsonObject Role(IReadOnlyList<TufSigner> signers, int threshold) => new()
    {
        ["keyids"] = new JsonArray([.. signers.Select(key => JsonValue.Create(key.Id))]),
        ["threshold"] = threshold,
    };

    private static JsonObject Meta(int version, byte[] bytes)
    {
        var info = Info(bytes);
        info["version"] = version;
        return info;
    }

    private static JsonObject Info(byte[] bytes) => new()
    {
        ["length"] = bytes.Length,
        ["hashes"] = new JsonObject { ["sha256"] = Hash(bytes), ["sha512"] = Convert.ToHexStringLower(SHA512.HashData(bytes)) },
    };

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private JsonObject Document(string role, int version, int days) => new()
    {
        ["_type"] = role,
        ["spec_version"] = "1.0.31",
        ["version"] = version,
        ["expires"] = Now.AddDays(days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };
}
