using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Bundles;

public sealed class BundleTests
{
    private const string V01 = "application/vnd.dev.sigstore.bundle+json;version=0.1";
    private const string V02 = "application/vnd.dev.sigstore.bundle+json;version=0.2";
    private static readonly string Bytes = StrictBase64.Encode("bytes"u8);

    public static TheoryData<string> PublicBundles
    {
        get
        {
            var cases = new TheoryData<string>();
            foreach (var name in new[] { "happy-path-v0.1", "happy-path-v0.3", "happy-path-v0.3-new-mediaType", "happy-path-intoto-in-dsse-v3", "rekor2-happy-path", "rekor2-dsse-happy-path", "managed-key-happy-path" })
            {
                cases.Add(name);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(PublicBundles))]
    public void A_bundle_of_a_public_instance_is_read_and_written_back_the_same(string name)
    {
        var folder = SharedMaterial.Folder("conformance", "suite", "test", "assets", "bundle-verify", name);
        var bundle = Bundle.Parse(File.ReadAllBytes(Path.Combine(folder, "bundle.sigstore.json")));
        if (bundle.Version != BundleVersion.V03 || bundle.Signer.KeyHint is not null)
        {
            return;
        }

        var again = Bundle.Parse(bundle.ToJson());
        Assert.Equal(bundle.Signature.ToArray(), again.Signature.ToArray());
        Assert.Equal(bundle.Signer.Certificate.ToArray(), again.Signer.Certificate.ToArray());
        Assert.Equal(bundle.LogEntries[0].ToJson(), again.LogEntries[0].ToJson());
        Assert.Equal(bundle.ToJson(), again.ToJson());
    }

    [Fact]
    public void A_minimal_bundle_parses() => Assert.Equal(BundleVersion.V03, Parse(Minimal()).Version);

    [Fact]
    public void An_unknown_version_is_refused()
    {
        Refused(FailureCode.BundleVersion, json => json["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.4+json");
        Refused(FailureCode.BundleVersion, json => json["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=99.9");
        Refused(FailureCode.BundleMalformed, json => json.Remove("mediaType"));
    }

    [Fact]
    public void A_list_that_would_take_a_gigabyte_is_refused_before_it_is_built()
    {
        foreach (var list in new[] { "\"dsseEnvelope\":{\"signatures\":[", "\"verificationMaterial\":{\"tlogEntries\":[" })
        {
            var bundle = System.Text.Encoding.UTF8.GetBytes($"{{{list}{string.Join(',', Enumerable.Repeat("{}", 1_000_000))}]}}}}");
            var before = GC.GetAllocatedBytesForCurrentThread();
            Refusal.Is(FailureCode.TooMany, () => Bundle.Parse(bundle));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
        }
    }

    [Fact]
    public void A_member_given_twice_in_two_spellings_is_refused() => Refusal.Is(FailureCode.BundleMalformed, () => Bundle.Parse(System.Text.Encoding.UTF8.GetBytes(
        Minimal().ToJsonString().Replace("\"mediaType\"", "\"media\\u0054ype\":null,\"mediaType\"", StringComparison.Ordinal))));

    [Fact]
    public void A_log_entry_alone_is_refused_as_a_log_entry() =>
        Refusal.Is(FailureCode.LogEntryMalformed, () => LogEntry.Parse("""{"logIndex":"-1","inclusionProof":{}}"""u8));

    [Fact]
    public void An_unknown_member_is_refused_wherever_it_stands()
    {
        Refused(FailureCode.BundleMalformed, json => json["extra"] = 1);
        Refused(FailureCode.BundleMalformed, json => json["verificationMaterial"]!["extra"] = 1);
        Refused(FailureCode.BundleMalformed, json => json["messageSignature"]!["Signature"] = Bytes);
    }

    [Fact]
    public void A_duplicate_member_is_refused()
    {
        var text = Minimal().ToJsonString();
        Refusal.Is(FailureCode.BundleMalformed, () => Bundle.Parse(System.Text.Encoding.UTF8.GetBytes(
            text.Replace("\"signature\":", $"\"signature\":\"{StrictBase64.Encode("other"u8)}\",\"signature\":", StringComparison.Ordinal))));
    }

    [Fact]
    public void Anything_around_the_bundle_is_refused()
    {
        var text = Minimal().ToJsonString();
        foreach (var bad in new[] { text + "x", text + text, "\uFEFF" + text, "// c\n" + text, text[..^1], "null", "[]", string.Empty })
        {
            Refusal.Is(FailureCode.BundleMalformed, () => Bundle.Parse(System.Text.Encoding.UTF8.GetBytes(bad)));
        }

        Refusal.Is(FailureCode.BundleMalformed, () => Bundle.Parse(System.Text.Encoding.Unicode.GetBytes(text)));
    }

    [Fact]
    public void Nesting_deeper_than_the_limit_is_refused() => Refusal.Is(
        FailureCode.BundleMalformed,
        () => Bundle.Parse(System.Text.Encoding.UTF8.GetBytes("{\"mediaType\":" + new string('[', 10_000) + new string(']', 10_000) + "}")));

    [Fact]
    public void Depth_64_is_read_and_depth_65_is_not()
    {
        // The object is one level; the payload of an envelope is opaque to the bundle, so a statement is what nests as its author likes.
        static byte[] Nested(int depth) => System.Text.Encoding.UTF8.GetBytes(
            """{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"md5":"00"}}],"predicateType":"t","predicate":"""
            + new string('[', depth - 1) + new string(']', depth - 1) + "}");
        Assert.NotNull(Statement.Parse(Nested(Limits.JsonDepth)));
        Refusal.Is(FailureCode.StatementMalformed, () => Statement.Parse(Nested(Limits.JsonDepth + 1)));
    }

    [Fact]
    public void A_payload_given_twice_is_refused_however_its_name_is_spelled()
    {
        var json = Minimal();
        json.Remove("messageSignature");
        json["dsseEnvelope"] = Envelope(1);
        foreach (var twin in new[] { "payload", "p\\u0061yload" })
        {
            var text = json.ToJsonString().Replace("\"payload\":", $"\"{twin}\":\"QUJD\",\"payload\":", StringComparison.Ordinal);
            Refusal.Is(FailureCode.BundleMalformed, () => Bundle.Parse(System.Text.Encoding.UTF8.GetBytes(text)));
        }
    }

    [Theory]
    [InlineData("Ynl0 ZXM=")]
    [InlineData("Ynl0ZXM")]
    [InlineData("Ynl0ZXN=")]
    [InlineData("Ynl0ZXM=\n")]
    [InlineData("%%%%")]
    [InlineData("")]
    public void Base64_in_any_but_its_canonical_form_is_refused(string text)
    {
        Refused(FailureCode.BundleMalformed, json => json["messageSignature"]!["signature"] = text);
        Refused(FailureCode.BundleMalformed, json => json["verificationMaterial"]!["certificate"]!["rawBytes"] = text);
    }

    [Fact]
    public void Exactly_one_kind_of_content_is_accepted()
    {
        Refused(FailureCode.BundleMalformed, json => json["dsseEnvelope"] = Envelope(1));
        Refused(FailureCode.BundleMalformed, json => json.Remove("messageSignature"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(10_000)]
    public void An_envelope_with_any_number_of_signatures_but_one_is_refused(int count) => Refused(FailureCode.SignatureCount, json =>
    {
        json.Remove("messageSignature");
        json["dsseEnvelope"] = Envelope(count);
    });

    [Fact]
    public void Exactly_one_kind_of_signer_is_accepted()
    {
        Refused(FailureCode.BundleMalformed, json => json["verificationMaterial"]!["publicKey"] = new JsonObject { ["hint"] = "x" });
        Refused(FailureCode.BundleMalformed, json => json["verificationMaterial"]!.AsObject().Remove("certificate"));
    }

    [Fact]
    public void A_chain_is_refused_in_v03_and_an_empty_one_everywhere()
    {
        static void Chain(JsonObject json, params string[] certificates)
        {
            json["verificationMaterial"]!.AsObject().Remove("certificate");
            json["verificationMaterial"]!["x509CertificateChain"] =
                new JsonObject { ["certificates"] = new JsonArray([.. certificates.Select(c => new JsonObject { ["rawBytes"] = c })]) };
        }

        Refused(FailureCode.BundleMalformed, json => Chain(json, Bytes));
        Refused(FailureCode.BundleMalformed, json =>
        {
            json["mediaType"] = V02;
            Chain(json);
        });
        Refused(FailureCode.TooMany, json =>
        {
            json["mediaType"] = V02;
            Chain(json, [.. Enumerable.Repeat(Bytes, 11)]);
        });
    }

    [Fact]
    public void More_entries_or_timestamps_than_the_limit_are_refused()
    {
        Refused(FailureCode.TooMany, json => json["verificationMaterial"]!["tlogEntries"] =
            new JsonArray([.. Enumerable.Range(0, Limits.LogEntries + 1).Select(_ => Entry())]));
        Refused(FailureCode.TooMany, json => json["verificationMaterial"]!["timestampVerificationData"] = new JsonObject
        {
            ["rfc3161Timestamps"] = new JsonArray([.. Enumerable.Range(0, Limits.Timestamps + 1).Select(_ => new JsonObject { ["signedTimestamp"] = Bytes })]),
        });
    }

    [Fact]
    public void An_entry_without_proof_or_checkpoint_is_refused_from_v02_on_and_one_without_promise_before()
    {
        Refused(FailureCode.InclusionProof, json => Entries(json).Remove("inclusionProof"));
        Refused(FailureCode.CheckpointMalformed, json => Entries(json)["inclusionProof"]!.AsObject().Remove("checkpoint"));
        var old = Minimal();
        old["mediaType"] = V01;
        old["verificationMaterial"]!["x509CertificateChain"] = new JsonObject { ["certificates"] = new JsonArray(new JsonObject { ["rawBytes"] = Bytes }) };
        old["verificationMaterial"]!.AsObject().Remove("certificate");
        Entries(old).Remove("inclusionProof");
        Refusal.Is(FailureCode.InclusionPromise, () => Parse(old));
        Entries(old)["inclusionPromise"] = new JsonObject { ["signedEntryTimestamp"] = Bytes };
        Assert.Null(Parse(old).LogEntries[0].InclusionProof);
    }

    [Fact]
    public void An_index_is_exact_or_refused()
    {
        var json = Minimal();
        Entries(json)["logIndex"] = "9223372036854775807";
        Assert.Equal(long.MaxValue, Parse(json).LogEntries[0].LogIndex);
        Entries(json)["logIndex"] = 9007199254740993;
        Assert.Equal(9007199254740993, Parse(json).LogEntries[0].LogIndex);
        foreach (var bad in new JsonNode[] { "-1", -1, "9223372036854775808", "1.0", "1e3", "+1", " 1", "01", "0x1", true })
        {
            Refused(FailureCode.BundleMalformed, other => Entries(other)["logIndex"] = bad.DeepClone());
        }
    }

    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-0", 0L)]
    [InlineData("9223372036854775808", null)]
    [InlineData("1.0", null)]
    [InlineData("1e3", null)]
    [InlineData("1e400", null)]
    [InlineData("NaN", null)]
    [InlineData("Infinity", null)]
    [InlineData("01", null)]
    public void A_number_of_JSON_is_that_very_number_or_refused(string number, long? value)
    {
        var json = Minimal();
        Entries(json)["logIndex"] = "here";
        var text = json.ToJsonString().Replace("\"here\"", number, StringComparison.Ordinal);
        Bundle Read() => Bundle.Parse(System.Text.Encoding.UTF8.GetBytes(text));
        if (value is null)
        {
            Refusal.Is(FailureCode.BundleMalformed, () => Read());
            return;
        }

        Assert.Equal(value, Read().LogEntries[0].LogIndex);
    }

    [Fact]
    public void A_hash_of_another_length_is_refused() =>
        Refused(FailureCode.InclusionProof, json => Entries(json)["inclusionProof"]!["hashes"] = new JsonArray(Bytes));

    [Fact]
    public void A_null_in_a_list_is_refused()
    {
        Refused(FailureCode.BundleMalformed, json => json["verificationMaterial"]!["tlogEntries"] = new JsonArray([null]));
        Refused(FailureCode.BundleMalformed, json => Entries(json)["inclusionProof"]!["hashes"] = new JsonArray([null]));
    }

    [Fact]
    public void A_lone_surrogate_is_refused()
    {
        var text = Minimal().ToJsonString().Replace("\"hashedrekord\"", "\"\\ud800\"", StringComparison.Ordinal);
        Refusal.Is(FailureCode.BundleMalformed, () => Bundle.Parse(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void The_payload_may_be_url_safe_base64_as_DSSE_allows_but_not_a_mixture()
    {
        var json = Minimal();
        json.Remove("messageSignature");
        json["dsseEnvelope"] = Envelope(1);
        json["dsseEnvelope"]!["payload"] = "-_-_";
        Assert.Equal([0xfb, 0xff, 0xbf], Parse(json).Envelope!.Payload.ToArray());
        json["dsseEnvelope"]!["payload"] = "-_+/";
        Refusal.Is(FailureCode.BundleMalformed, () => Parse(json));
    }

    [Fact]
    public void Every_public_case_of_broken_JSON_is_refused()
    {
        var files = SharedMaterial.Files("n_*.json", "vectors", "json").ToArray();
        Assert.Equal(188, files.Length);
        foreach (var file in files)
        {
            Refusal.Is(FailureCode.BundleMalformed, () => Bundle.Parse(File.ReadAllBytes(file)));
        }
    }

    private static void Refused(FailureCode code, Action<JsonObject> change)
    {
        var json = Minimal();
        change(json);
        Refusal.Is(code, () => Parse(json));
    }

    private static Bundle Parse(JsonObject json) => Bundle.Parse(JsonSerializer.SerializeToUtf8Bytes(json));

    private static JsonObject Entries(JsonObject json) => json["verificationMaterial"]!["tlogEntries"]![0]!.AsObject();

    private static JsonObject Minimal() => new()
    {
        ["mediaType"] = Bundle.MediaType,
        ["verificationMaterial"] = new JsonObject
        {
            ["certificate"] = new JsonObject { ["rawBytes"] = Bytes },
            ["tlogEntries"] = new JsonArray(Entry()),
        },
        ["messageSignature"] = new JsonObject { ["signature"] = Bytes },
    };

    private static JsonObject Entry() => new()
    {
        ["logIndex"] = "3",
        ["logId"] = new JsonObject { ["keyId"] = Bytes },
        ["kindVersion"] = new JsonObject { ["kind"] = "hashedrekord", ["version"] = "0.0.2" },
        ["inclusionProof"] = new JsonObject
        {
            ["rootHash"] = StrictBase64.Encode(new byte[32]),
            ["checkpoint"] = new JsonObject { ["envelope"] = "x" },
        },
        ["canonicalizedBody"] = Bytes,
    };

    private static JsonObject Envelope(int signatures) => new()
    {
        ["payload"] = Bytes,
        ["payloadType"] = DsseEnvelope.InTotoPayloadType,
        ["signatures"] = new JsonArray([.. Enumerable.Range(0, signatures).Select(_ => new JsonObject { ["sig"] = Bytes })]),
    };
}
