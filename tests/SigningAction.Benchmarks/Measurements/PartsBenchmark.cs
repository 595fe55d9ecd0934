using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Ledger;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Transparency;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>Where the time goes: the steps of an append, an exchange, a timestamp and a verification, each alone on one core.</summary>
internal static class PartsBenchmark
{
    private const int Samples = 256;
    private static readonly TimeSpan Time = TimeSpan.FromMilliseconds(800);

    public static async Task RunAsync()
    {
        var report = new Report("The parts, each on one core", "", "CPU each", "allocated");
        using var primitives = new Primitives();
        Row("P-256 signature", _ => primitives.Sign());
        Row("P-256 verification, key kept", _ => primitives.Verify());
        Row("P-256 import and verification by the platform", _ => primitives.ImportAndVerify());
        Row("P-256 import and verification as here", _ => primitives.ImportDirectlyAndVerify());
        Row("RS256 verification, key kept", _ => primitives.VerifyRsa());
        Append(Row);
        await ExchangeAsync(Row);
        Verify(Row);
        report.Print();

        void Row(string what, Action<int> work)
        {
            var rate = CpuRate.Of(1, Time, work);
            report.Row(what, rate.Cpu, rate.Allocated);
        }
    }

    private static void Append(Action<string, Action<int>> row)
    {
        var entries = SignedEntries.Make(Samples);
        var leaves = entries.Leaves();
        var format = new SignatureLeaves();
        var anybody = SignedEntries.Anybody();
        row("append: read and verify the request", turn => EntryRequest.Read(entries.Bodies[turn % Samples], anybody));
        row("append: write the canonical leaf", turn => entries.Entry(turn % Samples).CanonicalBody());
        row("append: read the leaf", turn => format.Read(leaves[turn % Samples]));
    }

    private static async Task ExchangeAsync(Action<string, Action<int>> row)
    {
        await using var issuer = await PipelineIssuer.StartAsync(TimeProvider.System);
        await using var services = new ServiceCollection().AddLogging()
            .AddExchange(new ExchangeOptions { Issuers = [new IssuerOptions { Url = issuer.Url, Kind = IssuerKind.GitHubActions }] })
            .BuildServiceProvider();
        var validator = services.GetRequiredService<TokenValidator>();
        var tokens = Enumerable.Range(0, Samples).Select(_ => issuer.IssueToken()).ToList();
        var token = await validator.ValidateAsync(tokens[0], CancellationToken.None);
        using var key = InMemorySigstore.NewKey();
        using var client = new TestSigner(null!);
        var body = Encoding.UTF8.GetBytes(client.WithPublicKey(token.Subject, tokens[0]).ToJsonString());
        var request = SigningCertRequest.Read(body, null);
        var proven = request.ProveKey(token);
        row("exchange: read the request", _ => SigningCertRequest.Read(body, null));
        row("exchange: validate the token", turn => validator.ValidateAsync(tokens[turn % Samples], CancellationToken.None).GetAwaiter().GetResult());
        row("exchange: proof of possession", _ => request.ProveKey(token));

        using var sigstore = new InMemorySigstore();
        using var issuing = InMemorySigstore.NewKey();
        using var log = InMemorySigstore.NewKey();
        using var rootKey = InMemorySigstore.NewKey();
        var now = TimeProvider.System.GetUtcNow();
        var maker = new AuthorityCertificateBuilder("example.org", now.AddHours(-1));
        var root = maker.Root("root", rootKey, now.AddYears(1));
        var authority = new IssuingAuthority(
            new CertificateChain([maker.Intermediate("intermediate", VerificationKey.Of(issuing), root, rootKey, now.AddYears(1)), root]), issuing, log);
        var precertificate = Precertificate();
        var sct = authority.Promise(precertificate, now, 7);
        var der = authority.Builder.Build(precertificate, [sct]);
        var leaf = new CertificateLogEntry(now, 7, precertificate.IssuerKeyId, precertificate.Tbs.Span, precertificate.RawBytes.Span, authority.IssuerDigests).TileLeaf();
        var audit = new AuditEvent
        {
            Time = now,
            Kind = CertificateExchange.Kind,
            Decision = AuditDecision.Allowed,
            CorrelationId = "0HN",
            Identity = token.Identity,
            TokenSha256 = token.Digest.ToString(),
            Rule = "releases",
            PolicyVersion = token.Digest.ToString(),
            Certificate = new AuditCertificate("01", token.Digest.ToString(), 7, now, now),
        };
        var auditLeaf = audit.ToLeaf();
        row("exchange: precertificate", _ => Precertificate());
        row("exchange: promise", _ => authority.Promise(precertificate, now, 7));
        row("exchange: certificate", _ => authority.Builder.Build(precertificate, [sct]));
        row("exchange: own check", _ => authority.Check(der, token.Identity, proven, 7));
        row("exchange: write and read the certificate's leaf", turn =>
        {
            _ = new CertificateLogEntry(now, 7, precertificate.IssuerKeyId, precertificate.Tbs.Span, precertificate.RawBytes.Span, authority.IssuerDigests).TileLeaf();
            _ = new CertificateLeaves().Read(leaf);
        });
        row("exchange: write and read the audit's leaf", turn =>
        {
            _ = audit.ToLeaf();
            _ = new AuditLeaves().Read(auditLeaf);
        });

        Precertificate Precertificate() => authority.Builder.BuildPrecertificate(token.Identity, proven, CertificateSerial.Create(), now, now.AddMinutes(10));
    }

    private static void Verify(Action<string, Action<int>> row)
    {
        using var sigstore = new InMemorySigstore();
        var root = sigstore.TrustedRoot;
        var chain = root.CertificateAuthorities[0].Chain;
        var json = Enumerable.Range(0, Samples).Select(number => sigstore.Attest(BitConverter.GetBytes(number)).ToJson()).ToList();
        var bundles = json.Select(bundle => Bundle.Parse(bundle)).ToList();
        var certificates = bundles.Select(bundle => SigningCertificate.Parse(bundle.Signer.Certificate)).ToList();
        var request = TimestampRequest.ForSignature(bundles[0].Signature.Span);
        row("timestamp: stamp", _ => sigstore.Stamp(request, InMemorySigstore.Now));
        row("verify: read the bundle", turn => Bundle.Parse(json[turn % Samples]));
        row("verify: read the certificate, import its key", turn => SigningCertificate.Parse(bundles[turn % Samples].Signer.Certificate));
        row("verify: timestamp", turn => TimestampVerifier.Verify(bundles[turn % Samples].Timestamps[0], bundles[turn % Samples].Signature.Span, root.TimestampAuthorities));
        row("verify: path", turn => CertificatePath.Verify(certificates[turn % Samples], chain, InMemorySigstore.Now));
        row("verify: promise of the certificate log", turn => CertificateTransparency.Verify(certificates[turn % Samples], sigstore.Issuer, sct => root.CertificateLogsOf(sct.LogId)[0].Key));
        row("verify: checkpoint", turn => SignedNote.Parse(bundles[turn % Samples].LogEntries[0].InclusionProof!.Checkpoint).IsSignedBy(sigstore.LogNoteKey));
        row("verify: statement", turn => Statement.Parse(bundles[turn % Samples].Envelope!.Payload));
    }
}
