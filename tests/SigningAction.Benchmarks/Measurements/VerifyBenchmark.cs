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
/// Verification in process, bundle to verdict: of our own kind of authority (P-256) and of the public one (P-384), with certificates that were never seen, with
/// certificates that a kept verifier has proven before, and with their checkpoints proven before too; beside it sigstore-go in a process of its own, on the same
/// bundles, and the signatures alone that each of them asks for.
/// </summary>
internal static class VerifyBenchmark
{
    private const int Certificates = 64;

    // More than a verifier keeps of checkpoints, so that none of them is known when its turn comes again.
    private const int Bundles = 4 * Limits.KeptCheckpoints;
    private const int Known = 256;

    // Until the runtime has compiled all of it as well as it can: that is a third of the processor's time before. Counted, because a busy machine's seconds are short.
    private const int WarmUp = 10_000;

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
        var (unseen, sharing) = (Distinct(sigstore), Sharing(sigstore));
        var own = new Rates(
            Unseen("own authority (P-256)", sigstore.TrustedRoot, unseen, policy),
            Row("own authority (P-256), certificate seen before", Kept(sigstore.TrustedRoot, sharing, policy)),
            Row("own authority (P-256), checkpoint too", Kept(sigstore.TrustedRoot, sharing[..Known], policy)));
        Peer("own authority (P-256)", own, sigstore.TrustedRoot.ToJson(), DistinctBundles.ArtifactOf(0), policy, [unseen[0].Json]);
        if (SharedFolder() is { } shared)
        {
            var artifact = File.ReadAllBytes(Path.Combine(shared, Public, "a.txt"));
            var root = File.ReadAllBytes(Path.Combine(shared, PublicRoot));
            var json = PublicBundles.Select(name => File.ReadAllBytes(Path.Combine(shared, Public, "bundle-verify", name, "bundle.sigstore.json"))).ToList();

            // The attestation among them carries the provenance of another build; sigstore-go does not look.
            var beacon = new VerificationPolicy { Identity = Beacon, DangerouslyAcceptContradiction = true };
            List<Case> cases = [.. json.Select(bundle => new Case(bundle, Sha256Digest.Of(artifact)))];
            var publicGood = TrustedRoot.Parse(root);
            var good = new Rates(
                Unseen("public good (P-384)", publicGood, cases, beacon),
                null,
                Row("public good (P-384), certificate and checkpoint seen before", Kept(publicGood, cases, beacon)));
            Peer("public good (P-384)", good, root, artifact, beacon, json);
        }
        else
        {
            Console.WriteLine($"  Public bundles are left out: there is no ../shared/{Public}.");
        }

        Row("limit never seen: 5 P-256 verifications, 1 import", _ =>
        {
            primitives.ImportDirectlyAndVerify();
            Verify(4);
        });
        Row("limit seen before: 3 P-256 verifications", _ => Verify(3));
        Row("limit checkpoint too: 2 P-256 verifications", _ => Verify(2));
        report.Print();

        void Verify(int times)
        {
            for (var i = 0; i < times; i++)
            {
                primitives.VerifyDirectly();
            }
        }

        // The root keeps its parsed keys and proven chain, a new verifier knows no certificate.
        CpuRate Unseen(string what, TrustedRoot root, List<Case> cases, VerificationPolicy policy) =>
            Row($"{what}, certificate never seen", Warm(turn => cases[turn % cases.Count].Verify(new Verifier(root), policy)));

        Action<int> Kept(TrustedRoot root, List<Case> cases, VerificationPolicy policy)
        {
            var verifier = new Verifier(root);
            return Warm(turn => cases[turn % cases.Count].Verify(verifier, policy));
        }

        CpuRate Row(string what, Action<int> work)
        {
            var one = CpuRate.Of(1, Time, work);
            var all = CpuRate.Of(cores, Time, work);
            report.Row(what, one.Rate, all.Rate, one.Cpu, all.Cpu, one.Allocated, Share(all.PerSecond / one.PerSecond / cores), Share(one.CpuMicroseconds / all.CpuMicroseconds));
            return one;
        }

        void Peer(string what, Rates ours, byte[] root, byte[] artifact, VerificationPolicy policy, IReadOnlyList<byte[]> bundles)
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
            foreach (var (known, rate) in ((string, CpuRate?)[])[("never seen", ours.Unseen), ("seen before", ours.Certificate), ("and checkpoint seen before", ours.Checkpoint)])
            {
                if (rate is not null)
                {
                    report.Say($"{what}: {microseconds / rate.CpuMicroseconds:0.0} x sigstore-go per core with a certificate {known} (processor time).");
                }
            }
        }

        string Write(string name, byte[] bytes)
        {
            File.WriteAllBytes(scratch.New(name), bytes);
            return scratch.New(name);
        }
    }

    private static Action<int> Warm(Action<int> work)
    {
        for (var turn = 0; turn < WarmUp; turn++)
        {
            work(turn);
        }

        return work;
    }

    private static List<Case> Distinct(InMemorySigstore sigstore) =>
        [.. Enumerable.Range(0, Bundles).Select(number => new Case(DistinctBundles.Sign(sigstore, number), Sha256Digest.Of(DistinctBundles.ArtifactOf(number))))];

    private static List<Case> Sharing(InMemorySigstore sigstore)
    {
        var cases = new List<Case>(Bundles);
        for (var i = 0; i < Certificates; i++)
        {
            using var key = InMemorySigstore.NewKey();
            var certificate = sigstore.Issue(key);
            for (var number = cases.Count; cases.Count < (i + 1) * (Bundles / Certificates); number++)
            {
                cases.Add(new Case(DistinctBundles.Sign(sigstore, number, key, certificate), Sha256Digest.Of(DistinctBundles.ArtifactOf(number))));
            }
        }

        return cases;
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

    /// <summary>Ours, by how much was proven before.</summary>
    private sealed record Rates(CpuRate Unseen, CpuRate? Certificate, CpuRate Checkpoint);

    /// <summary>A bundle, and the digest of what it is for.</summary>
    private sealed record Case(byte[] Json, Sha256Digest Digest)
    {
        public void Verify(Verifier verifier, VerificationPolicy policy) => verifier.Verify(Bundle.Parse(Json), Artifact.OfDigest(Digest), policy);
    }
}
