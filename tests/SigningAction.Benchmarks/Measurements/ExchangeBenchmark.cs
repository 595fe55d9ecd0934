using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Authority.Issuance;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>Whole exchanges: a token of its own and a fresh key each, a certificate that both logs hold when it is answered.</summary>
internal static class ExchangeBenchmark
{
    private const int Clients = 64;

    /// <summary>More than the authority remembers: else the same request gets the same certificate again, and nothing is issued any more.</summary>
    private const int WarmUp = RecentCertificates.Capacity + 2_000;

    private const int Exchanges = 15_000;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(7);

    public static async Task RunAsync()
    {
        using var scratch = new Scratch();
        var cores = Environment.ProcessorCount;
        await using var issuer = await PipelineIssuer.StartAsync(TimeProvider.System);
        var requests = Requests(issuer);
        var report = new Report($"Exchanges with {Clients} clients on {cores} cores ({scratch.FileSystem}); tokens and keys made beforehand", "", "rate", "median", "p99", "CPU each");
        var load = await MeasureAsync(scratch, issuer, requests, null, report);
        using var primitives = new Primitives();
        var (platform, direct) = (Limit(cores, primitives, primitives.ImportAndVerify), Limit(cores, primitives, primitives.ImportDirectlyAndVerify));
        report.Row("limit: its primitives", platform.Rate, "", "", platform.Cpu);
        report.Row("limit: the same, keys imported as here", direct.Rate, "", "", direct.Cpu);
        report.Say($"Its primitives: RS256 verification; P-256 import and verification; 3 P-256 signatures; 2 P-256 verifications of the own check.");
        report.Say($"It reaches {load.PerSecond / platform.PerSecond:0.00} of the primitives' rate; by processor time of the server {platform.CpuMicroseconds / load.ServerMicroseconds:0.00}.");
        report.Say($"With keys imported as here these are {load.PerSecond / direct.PerSecond:0.00} and {direct.CpuMicroseconds / load.ServerMicroseconds:0.00}.");
        report.Print();
    }

    /// <summary>The server on one core and on two, this process on the others.</summary>
    public static async Task RunOnFewCoresAsync()
    {
        if (Environment.ProcessorCount > 2)
        {
            throw new InvalidOperationException("Start this as 'taskset -c 2,3 …': cores 0 and 1 are the server's.");
        }

        using var scratch = new Scratch();
        await using var issuer = await PipelineIssuer.StartAsync(TimeProvider.System);
        var requests = Requests(issuer);
        var report = new Report($"Exchanges with {Clients} clients ({scratch.FileSystem}), the client on cores of its own", "", "rate", "median", "p99", "CPU each");
        foreach (var cores in (string[])["0", "0,1"])
        {
            _ = await MeasureAsync(scratch, issuer, requests, cores, report);
        }

        report.Say($"Fulcio's own service, without a certificate log, reaches 1,500/s on one such core and 2,600/s on two.");
        report.Print();
    }

    private static async Task<Load> MeasureAsync(Scratch scratch, PipelineIssuer issuer, byte[][] requests, string? cores, Report report)
    {
        await using var authority = await AuthorityProcess.StartAsync(scratch, issuer, cores);
        var warmedUp = await Load.WarmUpAsync(authority, Clients, new ArraySegment<byte[]>(requests, 0, WarmUp));
        var load = await Load.RunAsync(authority, Clients, new ArraySegment<byte[]>(requests, WarmUp, Exchanges), AtMost);
        var peak = authority.PeakBytes;
        var verified = Verify(load.Answers, await authority.TrustedRootAsync());
        report.Row(
            cores is null ? "POST /api/v2/signingCert" : $"POST /api/v2/signingCert, server on core {cores}",
            Report.Rate(load.PerSecond), load.Latencies.Median, load.Latencies.P99, Report.Microseconds(load.ServerMicroseconds));
        report.Say($"{verified} certificates verified: path, promise of the certificate log, own index. Warm after {warmedUp.TotalSeconds:0} s. Peak memory of the server: {Report.Mebibytes(peak)}. Client: {load.ClientMicroseconds:0} µs each.");
        return load;
    }

    private static CpuRate Limit(int cores, Primitives primitives, Action importAndVerify) => CpuRate.Of(cores, TimeSpan.FromSeconds(2), _ =>
    {
        primitives.VerifyRsa();
        importAndVerify();
        primitives.Sign();
        primitives.Sign();
        primitives.Sign();
        primitives.Verify();
        primitives.Verify();
    });

    private static byte[][] Requests(PipelineIssuer issuer) =>
        [.. Enumerable.Range(0, WarmUp + Exchanges).AsParallel().AsOrdered().Select(_ => Request(issuer))];

    private static byte[] Request(PipelineIssuer issuer)
    {
        var claims = issuer.Claims();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var proof = key.SignData(Encoding.UTF8.GetBytes((string)claims["sub"]!), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var body = new JsonObject
        {
            ["credentials"] = new JsonObject { ["oidcIdentityToken"] = issuer.IssueToken() },
            ["publicKeyRequest"] = new JsonObject
            {
                ["publicKey"] = new JsonObject { ["algorithm"] = "ECDSA", ["content"] = key.ExportSubjectPublicKeyInfoPem() },
                ["proofOfPossession"] = Convert.ToBase64String(proof),
            },
        };
        return Connection.Request("POST", "/api/v2/signingCert", "application/json", Encoding.UTF8.GetBytes(body.ToJsonString()));
    }

    private static int Verify(IReadOnlyList<byte[]> answers, TrustedRoot root)
    {
        var chain = root.CertificateAuthorities.Single().Chain;
        var log = root.CertificateLogs.Single();
        var promised = answers.Where(answer => answer.Length > 0).AsParallel().Select(answer =>
        {
            var pem = (string)JsonNode.Parse(answer)!["signedCertificateEmbeddedSct"]!["chain"]!["certificates"]![0]!;
            var certificate = SigningCertificate.Parse(Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]));
            var path = CertificatePath.Verify(certificate, chain, certificate.NotBefore);
            return CertificateTransparency.Verify(certificate, path.Issuer, sct => sct.LogId == log.Key.Id ? log.Key : null).Single().LeafIndex;
        }).ToList();
        return promised.Distinct().Count() == promised.Count
            ? promised.Count
            : throw new InvalidOperationException("Two certificates were promised one place in the log.");
    }
}
