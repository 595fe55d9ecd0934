using SigningAction.Benchmarks.Measuring;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>Verification in process with a verifier that is kept: bundles of an authority like ours, each with a certificate and key of its own.</summary>
internal static class VerifyBenchmark
{
    private const int Bundles = 256;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);
    private static readonly VerificationPolicy Policy = new() { Repository = InMemorySigstore.Workflow.RepositoryName };

    public static void Run()
    {
        using var sigstore = new InMemorySigstore();
        var verifier = new Verifier(sigstore.TrustedRoot);
        var artifacts = Enumerable.Range(0, Bundles).Select(number => BitConverter.GetBytes(number)).ToList();
        var cores = Environment.ProcessorCount;
        var report = new Report($"Verification in process, bundles of our own kind of authority (P-256), on {cores} cores", "", "1 core", $"{cores} cores", "CPU each", "allocated", "scaling");
        Measure("attestation, from JSON to verdict", [.. artifacts.Select(artifact => sigstore.Attest(artifact).ToJson())]);
        var signed = Measure("plain signature, from JSON to verdict", [.. artifacts.Select(artifact => sigstore.Sign(artifact).ToJson())]);
        using var primitives = new Primitives();
        var limit = Row("limit: 5 P-256 verifications, 1 import", _ =>
        {
            primitives.ImportAndVerify();
            primitives.Verify();
            primitives.Verify();
            primitives.Verify();
            primitives.Verify();
        });
        report.Say($"A verification needs the signature, its certificate's, the promise's, the timestamp's and the checkpoint's. It reaches {signed.PerSecond / limit.PerSecond:0.00} of their rate on one core.");
        report.Print();

        CpuRate Measure(string what, IReadOnlyList<byte[]> bundles)
        {
            var digests = artifacts.Select(artifact => Sha256Digest.Of(artifact)).ToList();
            var parsed = bundles.Select(json => Bundle.Parse(json)).ToList();
            var whole = Row(what, turn => verifier.Verify(Bundle.Parse(bundles[turn % Bundles]), Artifact.OfDigest(digests[turn % Bundles]), Policy));
            Row("  without reading the JSON", turn => verifier.Verify(parsed[turn % Bundles], Artifact.OfDigest(digests[turn % Bundles]), Policy));
            return whole;
        }

        CpuRate Row(string what, Action<int> work)
        {
            var one = CpuRate.Of(1, Time, work);
            var all = CpuRate.Of(cores, Time, work);
            report.Row(what, one.Rate, all.Rate, one.Cpu, one.Allocated, FormattableString.Invariant($"{all.PerSecond / one.PerSecond / cores:0.00}"));
            return one;
        }
    }
}
