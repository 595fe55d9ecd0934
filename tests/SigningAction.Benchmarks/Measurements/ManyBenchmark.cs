using System.Diagnostics;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>10,000 artifacts in one call of the verifier, each with a bundle of its own, beside the same in process.</summary>
internal static class ManyBenchmark
{
    private const int Bundles = 10_000;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);
    private static readonly VerificationPolicy Policy = new() { Identity = InMemorySigstore.Workflow.SignerUri };

    public static void Run()
    {
        if (Environment.GetEnvironmentVariable("SIGNINGACTION_VERIFIER") is not { Length: > 0 } verifier)
        {
            Console.WriteLine("  many is left out: SIGNINGACTION_VERIFIER is not set ('tests/run --setup' prints it).");
            return;
        }

        using var scratch = new Scratch();
        using var sigstore = new InMemorySigstore();
        var (folder, lines, digests, root) = (scratch.New("artifacts"), scratch.New("bundles.jsonl"), scratch.New("SHA256SUMS"), scratch.New("trusted_root.json"));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(root, sigstore.TrustedRoot.ToJson());
        var json = new byte[Bundles][];
        Parallel.For(0, Bundles, number => json[number] = DistinctBundles.Sign(sigstore, number));
        using (var all = File.Create(lines))
        using (var sums = File.CreateText(digests))
        {
            for (var number = 0; number < Bundles; number++)
            {
                var name = Path.Combine(folder, $"{number:00000}");
                File.WriteAllBytes(name, DistinctBundles.ArtifactOf(number));
                File.WriteAllBytes(name + ".sigstore.json", json[number]);
                all.Write(json[number]);
                all.WriteByte((byte)'\n');
                sums.Write($"{Sha256Digest.Of(DistinctBundles.ArtifactOf(number))}  {number:00000}\n");
            }
        }

        var signer = InMemorySigstore.Workflow;
        string[] policy = ["--trusted-root", root, "--cert-identity", signer.SignerUri, "--cert-oidc-issuer", signer.Issuer, "--offline"];
        var cores = Environment.ProcessorCount;
        var report = new Report($"{Bundles:#,0} bundles with a certificate each (P-256), on {cores} cores", "", "rate", "CPU each");
        var inProcess = InProcess(sigstore, json, cores);
        report.Row("limit: in process, a new verifier for each", inProcess.Rate, inProcess.Cpu);
        Measure("one call: a directory, bundles beside the files", ["verify", folder, .. policy]);
        Measure("one call: a checksum file, one file of bundles", ["verify", "--checksums", digests, "--bundle", lines, .. policy]);
        report.Print();

        void Measure(string what, string[] arguments)
        {
            var run = Enumerable.Range(0, 3).Select(_ => ProcessRun.Of(verifier, arguments, scratch.Folder)).MinBy(run => run.Ticks)!;
            var perSecond = Bundles / Stopwatch.GetElapsedTime(0, run.Ticks).TotalSeconds;
            var cpu = run.Cpu.TotalMicroseconds / Bundles;
            report.Row(what, Report.Rate(perSecond), Report.Microseconds(cpu));
            report.Say($"{what}: {perSecond / inProcess.PerSecond:0.00} of the rate in process, {cpu / inProcess.CpuMicroseconds:0.00} of its processor time.");
        }
    }

    /// <summary>A kept verifier would know every certificate after the first round; one call sees each once.</summary>
    private static CpuRate InProcess(InMemorySigstore sigstore, byte[][] json, int cores)
    {
        var digests = Enumerable.Range(0, Bundles).Select(number => Sha256Digest.Of(DistinctBundles.ArtifactOf(number))).ToList();
        return CpuRate.Of(cores, Time, turn =>
            new Verifier(sigstore.TrustedRoot).Verify(Bundle.Parse(json[turn % Bundles]), Artifact.OfDigest(digests[turn % Bundles]), Policy));
    }
}
