using System.Text.Json.Nodes;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Evidence.Verification;
using SigningAction.Testing.Tuf;

namespace SigningAction.Evidence.Tests.Trust.Tuf;

public sealed class TufTrustTests : IDisposable
{
    private const string Name = "trusted_root.json";
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TufRepository _repository = new(Now);

    public TufTrustTests() => _repository.Targets[Name] = "{}"u8.ToArray();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void A_good_repository_leads_to_its_targets()
    {
        _repository.Publish();
        var trust = Follow();
        Assert.True(trust.IsComplete);
        Assert.Equal((1, 1, Now.AddDays(7)), (trust.RootVersion, trust.TimestampVersion, trust.Expires));
        var fetch = trust.Target(Name);
        Assert.Equal(2, fetch.MaxBytes);
        trust.RequireTarget(Name, _repository.Files[fetch.Path]);
        Assert.Equal(["1.targets.json", "1.snapshot.json", "timestamp.json"], trust.Files.Select(file => file.Path));
        Refusal.Is(FailureCode.TufMismatch, () => trust.RequireTarget(Name, "[]"u8));
        Refusal.Is(FailureCode.TufMismatch, () => trust.RequireTarget(Name, "{} "u8));
        Refusal.Is(FailureCode.TufMissing, () => trust.Target("other.json"));
    }

    [Fact]
    public void Nothing_known_is_asked_for_again()
    {
        _repository.Publish();
        var trust = Follow();
        var asked = new List<string>();
        Follow(trust.Refresh(Now), asked);
        Assert.Equal(["2.root.json", "timestamp.json"], asked);
    }

    [Fact]
    public void Keys_of_every_accepted_kind_sign()
    {
        _repository.Online = [_repository.New(TufSigner.Ed25519Key)];
        var old = _repository.Roots;
        _repository.Roots = [_repository.New(TufSigner.RsaPss), _repository.New(() => TufSigner.Ecdsa("ecdsa-sha2-nistp256"))];
        _repository.PublishRoot(old);
        _repository.Publish();
        Assert.Equal(2, Follow().RootVersion);
    }

    [Fact]
    public void A_key_of_another_scheme_vouches_for_nothing()
    {
        _repository.Change = (role, signed) =>
        {
            if (role == "root")
            {
                signed["keys"]![_repository.Online[0].Id]!["scheme"] = "sphincs-shake-128s";
            }
        };
        _repository.PublishRoot();
        _repository.Publish();
        Refused(FailureCode.TufSignature);
    }

    // K-06
    [Fact]
    public void Roots_follow_one_another_without_a_gap_and_signed_by_old_and_new()
    {
        var old = _repository.Roots;
        _repository.Roots = [_repository.New(), _repository.New()];
        _repository.PublishRoot(old);
        _repository.PublishRoot();
        _repository.Publish();
        Assert.Equal(3, Follow().RootVersion);

        var second = _repository.Files["2.root.json"];
        _repository.Files["2.root.json"] = _repository.Files["3.root.json"];
        Refused(FailureCode.TufSignature);
        _repository.Files["2.root.json"] = TufDocument.Sign(Signed("3.root.json"), [.. old, .. _repository.Roots]);
        Refused(FailureCode.TufMismatch);
        _repository.Files["2.root.json"] = TufDocument.Sign(Signed(second), old);
        Refused(FailureCode.TufSignature);
        _repository.Files["2.root.json"] = TufDocument.Sign(Signed(second), [old[0], .. _repository.Roots]);
        Refused(FailureCode.TufSignature);
        _repository.Files["2.root.json"] = _repository.InitialRoot;
        Refused(FailureCode.TufRollback);
    }

    // K-05
    [Fact]
    public void A_threshold_counts_different_keys_that_sign_once()
    {
        var (first, second) = (_repository.Roots[0], _repository.Roots[1]);
        _repository.Publish();
        var targets = Signed("1.targets.json");
        void Try(FailureCode code, params JsonObject[] signatures)
        {
            _repository.Change = (role, signed) => Forget(role == "snapshot" ? signed["meta"]!["targets.json"]! : signed);
            _repository.Files["1.targets.json"] = TufDocument.Write(targets, [.. signatures.Select(signature => signature.DeepClone())]);
            _repository.PublishSnapshot(new JsonObject { ["targets.json"] = new JsonObject { ["version"] = 1 } });
            Refused(code);
        }

        Try(FailureCode.TufSignature);
        Try(FailureCode.TufSignature, first.Sign(targets));
        Try(FailureCode.TufSignature, first.Sign(targets), _repository.Online[0].Sign(targets));
        Try(FailureCode.TufMalformed, first.Sign(targets), first.Sign(targets));
        Try(FailureCode.TufSignature, first.Sign(targets), second.Sign(Signed("timestamp.json")));
        var empty = second.Sign(targets);
        empty["sig"] = string.Empty;
        Try(FailureCode.TufSignature, first.Sign(targets), empty);
    }

    [Fact]
    public void One_key_under_two_ids_is_one_signer()
    {
        var key = _repository.Roots[0];
        _repository.Change = (role, signed) =>
        {
            if (role == "root")
            {
                signed["keys"]!["twin"] = key.Json.DeepClone();
                signed["roles"]!["targets"] = new JsonObject { ["keyids"] = new JsonArray(key.Id, "twin"), ["threshold"] = 2 };
            }
        };
        _repository.PublishRoot();
        _repository.Publish();
        var targets = Signed("1.targets.json");
        var twin = key.Sign(targets);
        twin["keyid"] = "twin";
        _repository.Files["1.targets.json"] = TufDocument.Write(targets, [key.Sign(targets), twin]);
        _repository.PublishSnapshot(new JsonObject { ["targets.json"] = new JsonObject { ["version"] = 1 } });
        Refused(FailureCode.TufSignature);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_threshold_below_one_is_refused(int threshold) => RootRefused(signed => signed["roles"]!["timestamp"]!["threshold"] = threshold);

    [Fact]
    public void A_root_of_another_form_is_refused()
    {
        RootRefused(signed => signed["roles"]!["timestamp"]!["keyids"]!.AsArray().Add(_repository.Online[0].Id));
        RootRefused(signed => signed["roles"]!["timestamp"]!["keyids"]!.AsArray().Add("unknown"));
        RootRefused(signed => signed["roles"]!.AsObject().Remove("snapshot"));
        RootRefused(signed => signed["consistent_snapshot"] = false);
        RootRefused(signed => signed["version"] = 1.5);
        RootRefused(signed => signed["spec_version"] = "2.0.0");
        RootRefused(signed => signed["_type"] = "targets");
        RootRefused(signed => signed["expires"] = "2027-01-01");
        RootRefused(signed => signed["expires"] = "2027-01-01T00:00:00+01:00");
        Refusal.Is(FailureCode.TufMalformed, () => TufTrust.Start("[]"u8, Now));
        Refusal.Is(FailureCode.TufMalformed, () => TufTrust.Start("{\"signed\":{},\"signed\":{}}"u8, Now));
        Refusal.Is(FailureCode.TufMalformed, () => TufTrust.Start([.. "{\"signed\":\""u8, 0xff, .. "\"}"u8], Now));
        Refusal.Is(FailureCode.TufMalformed, () => TufTrust.Start("{\"signed\":\"\\ud800\"}"u8, Now));
        Refusal.Is(FailureCode.TooLarge, () => TufTrust.Start(new byte[Limits.TufRootBytes + 1], Now));
    }

    // K-04
    [Fact]
    public void No_version_ever_goes_down()
    {
        _repository.Publish();
        _repository.Publish();
        var known = Follow();
        var timestamp = _repository.Files["timestamp.json"];
        _repository.TimestampVersion = 0;
        _repository.PublishTimestamp();
        Refused(FailureCode.TufRollback, known);

        _repository.TimestampVersion = 5;
        _repository.SnapshotVersion = 1;
        _repository.PublishTimestamp();
        Refused(FailureCode.TufRollback, known);

        _repository.SnapshotVersion = 2;
        _repository.PublishSnapshot(new JsonObject { ["targets.json"] = new JsonObject { ["version"] = 1 } });
        Refused(FailureCode.TufRollback, known);

        _repository.Files["timestamp.json"] = timestamp;
        Assert.True(Follow(known.Refresh(Now)).IsComplete);
    }

    [Fact]
    public void A_targets_file_that_disappears_from_the_snapshot_is_a_rollback()
    {
        _repository.Publish();
        var targets = new JsonObject { ["version"] = 1 };
        _repository.PublishSnapshot(new JsonObject { ["targets.json"] = targets.DeepClone(), ["extra.json"] = targets.DeepClone() });
        var known = Follow();
        _repository.PublishSnapshot(new JsonObject { ["targets.json"] = targets.DeepClone() });
        Refused(FailureCode.TufRollback, known);
    }

    // K-07
    [Fact]
    public void After_a_theft_of_the_online_key_a_new_key_begins_a_new_count()
    {
        _repository.Publish();
        _repository.TimestampVersion = _repository.SnapshotVersion = int.MaxValue - 2;
        _repository.Publish();
        var forwarded = Follow();
        _repository.TimestampVersion = _repository.SnapshotVersion = 10;
        _repository.Publish();
        Refused(FailureCode.TufRollback, forwarded);

        _repository.Online = [_repository.New()];
        _repository.PublishRoot();
        _repository.TimestampVersion = _repository.SnapshotVersion = 10;
        _repository.Publish();
        Assert.Equal(11, Follow(forwarded.Refresh(Now)).TimestampVersion);
    }

    [Fact]
    public void Metadata_past_its_time_is_refused_and_says_how_old_it_is()
    {
        _repository.Publish();
        var known = Follow();
        Refused(FailureCode.TufExpired, known.Refresh(Now.AddDays(7)));
        Assert.True(Follow(known.Refresh(Now.AddDays(7).AddSeconds(-1))).IsComplete);
        var late = Assert.Throws<EvidenceException>(() => known.RequireFresh(Now.AddDays(17)));
        Assert.Equal(FailureCode.TufExpired, late.Code);
        Assert.Contains("10 days ago", late.Message, StringComparison.Ordinal);
        Refused(FailureCode.TufExpired, TufTrust.Start(_repository.InitialRoot, Now.AddDays(400)));
    }

    [Theory]
    [InlineData("targets")]
    [InlineData("snapshot")]
    public void Every_role_expires(string expired)
    {
        _repository.Change = (role, signed) => signed["expires"] = role == expired ? "2026-06-01T12:00:00Z" : signed["expires"]!.DeepClone();
        _repository.Publish();
        Refused(FailureCode.TufExpired);
    }

    [Fact]
    public void An_expired_root_may_be_followed_by_a_fresh_one()
    {
        _repository.Now = Now.AddDays(400);
        _repository.PublishRoot();
        _repository.Publish();
        Assert.True(Follow(TufTrust.Start(_repository.InitialRoot, Now.AddDays(400))).IsComplete);
    }

    [Fact]
    public void Files_of_two_publications_do_not_mix()
    {
        _repository.Publish();
        var (first, firstTargets) = (_repository.Files["1.snapshot.json"], _repository.Files["1.targets.json"]);
        _repository.Targets[Name] = "[]"u8.ToArray();
        _repository.Publish();
        var (second, secondTargets) = (_repository.Files["2.snapshot.json"], _repository.Files["2.targets.json"]);
        _repository.Files["2.snapshot.json"] = first;
        Refused(FailureCode.TufMismatch);
        _repository.Files["2.snapshot.json"] = second;
        _repository.Files["2.targets.json"] = firstTargets;
        Refused(FailureCode.TufMismatch);
        _repository.Files["2.targets.json"] = secondTargets;
        Assert.True(Follow().IsComplete);

        // Without length and hash, the version alone must tell.
        _repository.Change = (role, signed) => Forget(role == "timestamp" ? signed["meta"]!["snapshot.json"]! : signed);
        _repository.PublishSnapshot(new JsonObject { ["targets.json"] = new JsonObject { ["version"] = 2 } });
        _repository.Files["2.targets.json"] = firstTargets;
        Refused(FailureCode.TufMismatch);
        _repository.Files["3.snapshot.json"] = first;
        Refused(FailureCode.TufMismatch);
    }

    [Fact]
    public void A_file_that_is_named_must_be_there()
    {
        _repository.Publish();
        _repository.Files.Remove("1.snapshot.json");
        Refused(FailureCode.TufMissing);
        _repository.Files.Remove("timestamp.json");
        Refused(FailureCode.TufMissing);
    }

    // K-08
    [Theory]
    [InlineData("../trusted_root.json")]
    [InlineData("a/../../b")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("..\\b")]
    [InlineData("C:b")]
    [InlineData("%2e%2e/b")]
    [InlineData("a\nb")]
    [InlineData("")]
    public void A_name_that_leaves_its_folder_is_refused(string name)
    {
        _repository.Change = (role, signed) =>
        {
            if (role == "targets")
            {
                signed["targets"]![name] = signed["targets"]![Name]!.DeepClone();
            }
        };
        _repository.Publish();
        Refused(FailureCode.TufMalformed);
    }

    [Fact]
    public void A_hash_that_is_no_hash_never_becomes_a_path()
    {
        _repository.Change = (role, signed) =>
        {
            if (role == "targets")
            {
                signed["targets"]![Name]!["hashes"] = new JsonObject { ["sha256"] = "../../x" };
            }
        };
        _repository.Publish();
        Refused(FailureCode.TufMalformed);
    }

    [Fact]
    public void A_target_in_a_folder_has_its_hash_before_the_last_part()
    {
        _repository.Targets["keys.example/keys.json"] = [1];
        _repository.Publish();
        var path = Follow().Target("keys.example/keys.json").Path;
        Assert.StartsWith("targets/keys.example/4bf5122f", path, StringComparison.Ordinal);
        Assert.True(_repository.Files.ContainsKey(path));
    }

    // K-09
    [Fact]
    public void Every_file_has_a_cap()
    {
        var trust = TufTrust.Start(_repository.InitialRoot, Now);
        Assert.Equal(Limits.TufRootBytes, trust.Next!.MaxBytes);
        Assert.Equal(Limits.TufTimestampBytes, trust.Absent().Next!.MaxBytes);
        Refusal.Is(FailureCode.TooLarge, () => trust.Accept(new byte[Limits.TufRootBytes + 1]));
        Refusal.Is(FailureCode.TooLarge, () => trust.Absent().Accept(new byte[Limits.TufTimestampBytes + 1]));
        _repository.Change = (role, signed) =>
        {
            if (role == "timestamp")
            {
                signed["meta"]!["snapshot.json"]!["length"] = Limits.TufSnapshotBytes + 1;
            }
        };
        _repository.Publish();
        Refused(FailureCode.TooLarge);
    }

    [Fact]
    public void A_refused_file_leaves_what_was_known()
    {
        _repository.Publish();
        var before = TufTrust.Start(_repository.InitialRoot, Now).Absent();
        Refusal.Is(FailureCode.TufMalformed, () => before.Accept("{}"u8));
        Assert.Equal(1, before.Accept(_repository.Files["timestamp.json"]).TimestampVersion);
    }

    [Fact]
    public void Text_beyond_ascii_is_signed_as_it_is_and_numbers_are_whole()
    {
        _repository.Change = (_, signed) => signed["x-note"] = new JsonObject
        {
            ["\ue000"] = "ü\"\\\n",
            ["\U0001F600"] = new JsonArray(true, null, -2),
            ["a b"] = new JsonObject(),
        };
        _repository.PublishRoot();
        _repository.Publish();
        Assert.True(Follow().IsComplete);
        RootRefused(signed => signed["x-note"] = 1.5);
        RootRefused(signed => signed["x-note"] = JsonNode.Parse("1e3"));
        RootRefused(signed => signed["x-note"] = JsonNode.Parse("-0"));
    }

    private static void Forget(JsonNode info)
    {
        info.AsObject().Remove("length");
        info.AsObject().Remove("hashes");
    }

    private static JsonObject Signed(byte[] file) => (JsonObject)JsonNode.Parse(file)!["signed"]!.DeepClone();

    private JsonObject Signed(string path) => Signed(_repository.Files[path]);

    private void RootRefused(Action<JsonObject> change)
    {
        _repository.Change = null;
        var signed = _repository.RootDocument();
        change(signed);
        Refusal.Is(FailureCode.TufMalformed, () => TufTrust.Start(TufDocument.Sign(signed, _repository.Roots), Now));
    }

    private void Refused(FailureCode code, TufTrust? known = null)
    {
        var start = known is null ? TufTrust.Start(_repository.InitialRoot, Now) : known.IsComplete ? known.Refresh(Now) : known;
        Refusal.Is(code, () => Follow(start));
    }

    private TufTrust Follow(TufTrust? trust = null, List<string>? asked = null)
    {
        trust ??= TufTrust.Start(_repository.InitialRoot, Now);
        while (trust.Next is { } next)
        {
            asked?.Add(next.Path);
            trust = _repository.Files.TryGetValue(next.Path, out var bytes) ? trust.Accept(bytes) : trust.Absent();
        }

        return trust;
    }
}
