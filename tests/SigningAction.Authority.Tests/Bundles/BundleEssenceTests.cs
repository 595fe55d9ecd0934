using System.Formats.Asn1;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Bundles;

/// <summary>What strangers, who hold a good bundle and no key, can make of it: no second copy, and not one kept byte of their own.</summary>
public sealed class BundleEssenceTests : IAsyncLifetime
{
    private const string Route = "/api/v1/bundles";
    private const string Marker = "strangers.example";

    private readonly byte[] _artifact = "artifact"u8.ToArray();
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

    [Fact]
    public async Task A_bundle_that_says_the_same_is_no_second_copy_and_is_answered_with_the_kept_one()
    {
        var first = await _signer.SignAsync(_authority.Issuer, _artifact);
        var kept = await KeepAsync(first);
        foreach (var variant in new[] { WithNoteLine(first), await WithFreshProofAsync(first), await WithOtherSignatureAsync(first), WithTime(first), await WithTimestampsAsync(first) })
        {
            Assert.Equal(kept, await KeepAsync(variant));
        }

        Assert.Equal(kept + "\n", await _authority.Client.GetStringAsync($"{Route}/sha256:{Sha256Digest.Of(_artifact)}", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nothing_of_a_bundle_is_kept_that_nobody_signed()
    {
        var bundle = await AttestAsync();
        var entry = bundle.LogEntries[0];
        var loaded = Bundle.Create(
            bundle.Signer.Certificate,
            bundle.Envelope! with { KeyId = Marker },
            [StrangersEntry(entry), .. WithNoteLine(bundle).LogEntries],
            [WithText(bundle.Timestamps[0]), .. bundle.Timestamps, .. bundle.Timestamps]);
        Assert.Contains(Marker, Encoding.UTF8.GetString(loaded.ToJson()), StringComparison.Ordinal);
        Assert.Equal(Encoding.UTF8.GetString(bundle.ToJson()), await KeepAsync(loaded));
    }

    [Fact]
    public async Task A_bundle_whose_only_timestamp_carries_a_strangers_text_is_refused()
    {
        var bundle = await _signer.SignAsync(_authority.Issuer, _artifact);
        var answer = await PostAsync(Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, bundle.LogEntries, [WithText(bundle.Timestamps[0])]));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("NO_TRUSTED_TIME", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_statement_of_the_same_key_about_the_same_artifact_is_another_bundle()
    {
        var certificate = await TestSigner.ReadLeafAsync(await _signer.ExchangeAsync(_authority.Issuer));
        await KeepAsync(await AttestAsync(certificate, "https://predicates.example/one"));
        await KeepAsync(await AttestAsync(certificate, "https://predicates.example/two"));
        var lines = await _authority.Client.GetStringAsync($"{Route}/sha256:{Sha256Digest.Of(_artifact)}", TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Count(c => c == '\n'));
    }

    private static Bundle With(Bundle bundle, LogEntry entry) =>
        bundle.Envelope is { } envelope
            ? Bundle.Create(bundle.Signer.Certificate, envelope, [entry], bundle.Timestamps)
            : Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, [entry], bundle.Timestamps);

    private static Bundle WithNoteLine(Bundle bundle)
    {
        var proof = bundle.LogEntries[0].InclusionProof!;
        var line = $"— {Marker} {Convert.ToBase64String(RandomNumberGenerator.GetBytes(256))}\n";
        return With(bundle, bundle.LogEntries[0] with { InclusionProof = proof with { Checkpoint = proof.Checkpoint + line } });
    }

    private static Bundle WithTime(Bundle bundle) => With(bundle, bundle.LogEntries[0] with { IntegratedTime = 1_234_567 });

    private static LogEntry StrangersEntry(LogEntry entry) => entry with { LogId = SHA256.HashData("a log of nobody"u8) };

    /// <summary>The log proves an entry anew to whoever sends it again, in the tree of now.</summary>
    private async Task<Bundle> WithFreshProofAsync(Bundle bundle)
    {
        await _signer.SignAsync(_authority.Issuer, "something else"u8.ToArray());
        var fresh = With(bundle, await LogAsync(bundle, bundle.Signature.ToArray()));
        Assert.NotEqual(bundle.LogEntries[0].InclusionProof!.TreeSize, fresh.LogEntries[0].InclusionProof!.TreeSize);
        return fresh;
    }

    /// <summary>(r, s) and (r, n - s) are signatures of one key over one digest; whoever has the first can write the second.</summary>
    private async Task<Bundle> WithOtherSignatureAsync(Bundle bundle)
    {
        var order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, null);
        var reader = new AsnReader(bundle.Signature, AsnEncodingRules.DER).ReadSequence();
        var (r, s) = (reader.ReadInteger(), reader.ReadInteger());
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(order - s);
        }

        var other = writer.Encode();
        return Bundle.Create(
            bundle.Signer.Certificate, bundle.MessageSignature! with { Signature = other }, [await LogAsync(bundle, other)], [await _signer.StampAsync(other)]);
    }

    private async Task<Bundle> WithTimestampsAsync(Bundle bundle)
    {
        var signature = bundle.Signature.ToArray();
        return Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, bundle.LogEntries, [await _signer.StampAsync(signature), await _signer.StampAsync(signature)]);
    }

    private async Task<LogEntry> LogAsync(Bundle bundle, byte[] signature)
    {
        var answer = await _signer.PostAsync(
            "/api/v2/log/entries", TestSigner.Record(bundle.MessageSignature!.Digest.ToArray(), signature, bundle.Signer.Certificate.ToArray()));
        return LogEntry.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>A granted response whose status says a text: nobody signed it.</summary>
    private static byte[] WithText(ReadOnlyMemory<byte> response)
    {
        var token = TimestampResponse.Parse(response).Token;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteInteger(0);
                using (writer.PushSequence())
                {
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, Marker);
                }
            }

            writer.WriteEncodedValue(token.Span);
        }

        return writer.Encode();
    }

    private async Task<Bundle> AttestAsync() => await AttestAsync(await TestSigner.ReadLeafAsync(await _signer.ExchangeAsync(_authority.Issuer)), "https://predicates.example/one");

    private async Task<Bundle> AttestAsync(byte[] certificate, string predicateType)
    {
        var statement = new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(new JsonObject { ["name"] = "artifact", ["digest"] = new JsonObject { ["sha256"] = Sha256Digest.Of(_artifact).ToString() } }),
            ["predicateType"] = predicateType,
            ["predicate"] = new JsonObject(),
        };
        var envelope = new DsseEnvelope(DsseEnvelope.InTotoPayloadType, Encoding.UTF8.GetBytes(statement.ToJsonString()), default);
        var pae = envelope.PreAuthenticationEncoding();
        var signature = _signer.Sign(pae);
        var logged = await _signer.PostAsync("/api/v2/log/entries", TestSigner.Record(SHA256.HashData(pae), signature, certificate));
        var entry = LogEntry.Parse(await logged.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        return Bundle.Create(certificate, envelope with { Signature = signature }, [entry], [await _signer.StampAsync(signature)]);
    }

    private async Task<string> KeepAsync(Bundle bundle)
    {
        var answer = await PostAsync(bundle);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return text;
    }

    private async Task<HttpResponseMessage> PostAsync(Bundle bundle)
    {
        using var content = new ByteArrayContent(bundle.ToJson());
        content.Headers.ContentType = new("application/json");
        return await _authority.Client.PostAsync(Route, content, TestContext.Current.CancellationToken);
    }
}
