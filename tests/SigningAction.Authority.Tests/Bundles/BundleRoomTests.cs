using System.Net;
using System.Security.Cryptography;
using System.Text;
using SigningAction.Authority.Bundles;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Bundles;

/// <summary>Kept bundles lie on the ledger's disk: they end where their room ends, and signing goes on.</summary>
public sealed class BundleRoomTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bundles_beyond_their_room_are_refused_and_what_is_kept_stays()
    {
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Bundles = new BundleOptions { Megabytes = 1, ReserveMegabytes = 64 } });
        using var signer = new TestSigner(authority.Client);
        var certificate = await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(authority.Issuer));
        var kept = new List<int>();
        HttpResponseMessage answer;
        for (var i = 0; ; i++)
        {
            answer = await PostAsync(authority, await AttestAsync(signer, certificate, i));
            if (answer.StatusCode != HttpStatusCode.Created)
            {
                break;
            }

            kept.Add(i);
            Assert.InRange(i, 0, 4); // Five of 300 KB would be more than a megabyte.
        }

        await answer.ProblemAsync(HttpStatusCode.Conflict, "BUNDLES_NO_ROOM");
        Assert.NotEmpty(kept);
        Assert.InRange(new FileInfo(authority.Paths.Bundles).Length, 0, 1 << 20);
        Assert.All(kept, i => Assert.Equal(HttpStatusCode.OK, authority.Client.GetAsync($"/api/v1/bundles/sha256:{Digest(i)}", Cancellation).Result.StatusCode));

        // A small one still fits, and signing was never in its way.
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(authority, await signer.SignAsync(authority.Issuer, "small"u8.ToArray()))).StatusCode);
        await authority.StopAsync();
        using var output = new StringWriter();
        Assert.Equal(ExitCodes.Done, await SigningAuthority.RunAsync(["fsck", authority.Directory], output, output));
    }

    [Fact]
    public async Task No_bundle_is_kept_on_a_disk_that_the_ledger_may_need()
    {
        // More than any disk has.
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Bundles = new BundleOptions { ReserveMegabytes = 16_777_216 } });
        using var signer = new TestSigner(authority.Client);
        var bundle = await signer.SignAsync(authority.Issuer, "artifact"u8.ToArray());
        await (await PostAsync(authority, bundle)).ProblemAsync(HttpStatusCode.Conflict, "BUNDLES_NO_ROOM");
        Assert.Equal(HttpStatusCode.OK, (await authority.Client.GetAsync("/readyz", Cancellation)).StatusCode);
    }

    private static Sha256Digest Digest(int number) => Sha256Digest.Of(BitConverter.GetBytes(number));

    private static async Task<Bundle> AttestAsync(TestSigner signer, byte[] certificate, int number)
    {
        var statement = $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha256":"{{{Digest(number)}}}"}}],"predicateType":"https://predicates.example/large","predicate":{"text":"{{{new string('x', 225_000)}}}"}}""";
        var envelope = new DsseEnvelope(DsseEnvelope.InTotoPayloadType, Encoding.UTF8.GetBytes(statement), default);
        var pae = envelope.PreAuthenticationEncoding();
        var signature = signer.Sign(pae);
        var logged = await signer.PostAsync("/api/v2/log/entries", TestSigner.Record(SHA256.HashData(pae), signature, certificate));
        var entry = LogEntry.Parse(await logged.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Cancellation));
        return Bundle.Create(certificate, envelope with { Signature = signature }, [entry], [await signer.StampAsync(signature)]);
    }

    private static async Task<HttpResponseMessage> PostAsync(AuthorityInProcess authority, Bundle bundle)
    {
        using var content = new ByteArrayContent(bundle.ToJson());
        content.Headers.ContentType = new("application/json");
        return await authority.Client.PostAsync("/api/v1/bundles", content, Cancellation);
    }
}
