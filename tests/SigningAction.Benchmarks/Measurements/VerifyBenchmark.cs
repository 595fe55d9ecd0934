using System.Diagnostics;
using System.Globalization;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>
/// Verification in process, bundle to verdict: of our own kind of authority (P-256) and of the public one (P-384), with certificates that were never seen and with
/// certificates that a kept verifier has proven before; beside it sigstore-go in a process of its own, on the same bundles.
/// </summary>
internal static class VerifyBenchmark
{
    private const int Bundles = 1024;
    private const string Public = "conformance/suite/test/assets";
    private const string PublicRoot = "conformance/public_good_trusted_root.json";
    private const string Beacon = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    private static readonly string[] PublicBundles = ["happy-path-v0.1", "happy-path-v0.3", "happy-path-intoto-in-dsse-v3"];
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    public static void Run()
    {
        using var scratch = new Scratch();
        using var sigstore = new InMemorySigstore();
        using var primitives = new Primitives();
        var cores = Environment.ProcessorCount;
        var report = new Report(
            $"Verification in process, from JSON to verdict, on {cores} cores", "", "1 core", $"{cores} cores", "CPU each", $"CPU each on {cores}", "allocated", "linear by time", "by CPU");
        var policy = new VerificationPolicy { Identity = InMemorySigstore.Workflow.SignerUri };
        var ours = Enumerable.Range(0, Bundles).Select(number => (Json: DistinctBundles.Sign(sigstore, number), Digest: Sha256Digest.Of(DistinctBundles.ArtifactOf(number)))).ToList();
        var own = Compare("own authority (P-256)", sigstore.TrustedRoot, ours, policy);
        Peer("own authority (P-256)", own, sigstore.TrustedRoot.ToJson(), DistinctBundles.ArtifactOf(0), policy, [ours[0].Json]);
        if (SharedFolder() is { } shared)
        {
            var artifact = File.ReadAllBytes(Path.Combine(shared, Public, "a.txt"));
            var root = File.ReadAllBytes(Path.Combine(shared, PublicRoot));
            var json = PublicBundles.Select(name => File.ReadAllBytes(Path.Combine(shared, Public, "bundle-verify", name, "bundle.sigstore.json"))).ToList();

            // The attestation among them carries the provenance of another build; sigstore-go does not look.
            var beacon = new VerificationPolicy { Identity = Beacon, DangerouslyAcceptContradiction = true };
            var good = Compare("public good (P-384)", TrustedRoot.Parse(root), [.. json.Select(bundle => (bundle, Sha256Digest.Of(artifact)))], beacon);
            Peer("public good (P-384)", good, root, artifact, beacon, json);
        }
        else
        {
            Console.WriteLine($"  Public bundles are left out: there is no ../shared/{Public}.");
        }

        Row("limit: 5 P-256 verifications, 1 import", _ =>
        {
            primitives.ImportDirectlyAndVerify();
            primitives.Verify();
            primitives.Verify();
            primitives.Verify();
            primitives.Verify();
        });
        report.Print();

        (CpuRate New, CpuRate Kept) Compare(string what, TrustedRoot root, List<(byte[] Json, Sha256Digest Digest)> bundles, VerificationPolicy policy)
        {
            // The root keeps its parsed keys and proven chain, a new verifier knows no certificate.
            var unseen = Row($"{what}, certificate never seen", turn => Verify(new Verifier(root), turn));
            var verifier = new Verifier(root);
            return (unseen, Row($"{what}, certificate seen before", turn => Verify(verifier, turn)));

            void Verify(Verifier verifier, int turn)
            {
                var (json, digest) = bundles[turn % bundles.Count];
                verifier.Verify(Bundle.Parse(json), Artifact.OfDigest(digest), policy);
            }
        }

        CpuRate Row(string what, Action<int> work)
        {
            var one = CpuRate.Of(1, Time, work);
            var all = CpuRate.Of(cores, Time, work);
            report.Row(what, one.Rate, all.Rate, one.Cpu, all.Cpu, one.Allocated, Share(all.PerSecond / one.PerSecond / cores), Share(one.CpuMicroseconds / all.CpuMicroseconds));
            return one;
        }

        void Peer(string what, (CpuRate New, CpuRate Kept) ours, byte[] root, byte[] artifact, VerificationPolicy policy, IReadOnlyList<byte[]> bundles)
        {
            if (Environment.GetEnvironmentVariable("SIGNINGACTION_SIGSTORE_GO_BENCHMARK") is not { Length: > 0 } program)
            {
                Console.WriteLine("  sigstore-go in process is left out: SIGNINGACTION_SIGSTORE_GO_BENCHMARK is not set (README.md says how it is built).");
                return;
            }

            string[] arguments = [Write("root", root), Write("artifact", artifact), policy.Identity!, policy.Issuer!, .. bundles.Select((json, i) => Write($"bundle{i}", json))];
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            var microseconds = double.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
            report.Row($"{what}, sigstore-go", Report.Rate(1_000_000 / microseconds), string.Empty, Report.Microseconds(microseconds));
            report.Say($"{what}: {microseconds / ours.New.CpuMicroseconds:0.0} x sigstore-go per core with a certificate never seen, {microseconds / ours.Kept.CpuMicroseconds:0.0} x with one seen before (processor time).");
        }

        string Write(string name, byte[] bytes)
        {
            File.WriteAllBytes(scratch.New(name), bytes);
            return scratch.New(name);
        }
    }

    private static string Share(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.00}");

    private static string? SharedFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "shared", Public)))
            {
                return Path.Combine(folder.FullName, "shared");
            }
        }

        return null;
    }
}
