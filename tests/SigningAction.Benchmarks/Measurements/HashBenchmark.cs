using System.Security.Cryptography;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>The verifier's whole process on an artifact of 1 GiB, in turns with <c>openssl dgst -sha256</c> on the same file.</summary>
internal static class HashBenchmark
{
    private const int Rounds = 7;
    private const int Mebibytes = 1024;

    public static void Run()
    {
        const string OpenSsl = "/usr/bin/openssl";
        if (Environment.GetEnvironmentVariable("SIGNINGACTION_VERIFIER") is not { Length: > 0 } verifier || !File.Exists(OpenSsl))
        {
            Console.WriteLine($"  hash is left out: SIGNINGACTION_VERIFIER is not set ('tests/run --setup' prints it), or there is no {OpenSsl}.");
            return;
        }

        using var scratch = new Scratch();
        using var sigstore = new InMemorySigstore();
        var (file, bundle, root) = (scratch.New("artifact"), scratch.New("bundle.json"), scratch.New("trusted_root.json"));
        File.WriteAllBytes(bundle, Attest(sigstore, Write(file)).ToJson());
        File.WriteAllBytes(root, sigstore.TrustedRoot.ToJson());
        var signer = InMemorySigstore.Workflow;
        string[] ours = ["verify", file, "--bundle", bundle, "--trusted-root", root, "--cert-identity", signer.SignerUri, "--cert-oidc-issuer", signer.Issuer];
        string[] theirs = ["dgst", "-sha256", file];
        var (our, their) = (new List<ProcessRun>(), new List<ProcessRun>());
        for (var round = -1; round < Rounds; round++)
        {
            var (a, b) = (ProcessRun.Of(verifier, ours, scratch.Folder), ProcessRun.Of(OpenSsl, theirs, scratch.Folder));
            if (round >= 0)
            {
                our.Add(a);
                their.Add(b);
            }
        }

        var report = new Report($"An artifact of 1 GiB; {Rounds} rounds in turns", "", "median", "least", "CPU", "peak memory");
        Row("limit: openssl dgst -sha256", OpenSsl, theirs, their);
        Row("signing-verifier verify", verifier, ours, our);
        report.Say($"Ours takes {ProcessRun.Median(our.Zip(their, (a, b) => (double)a.Ticks / b.Ticks)):0.000} of its time, {ProcessRun.Median(our.Zip(their, (a, b) => a.Cpu / b.Cpu)):0.000} of its processor time (medians over pairs).");
        report.Print();

        void Row(string name, string program, string[] arguments, List<ProcessRun> runs)
        {
            var time = new Latencies(runs.Select(run => run.Ticks));
            report.Row(name, time.Median, Latencies.Milliseconds(time.LeastMs),
                Latencies.Milliseconds(ProcessRun.Median(runs.Select(run => run.Cpu.TotalMilliseconds))), ProcessRun.PeakMemory(program, arguments, scratch));
        }
    }

    private static Bundle Attest(InMemorySigstore sigstore, Sha256Digest digest)
    {
        using var key = InMemorySigstore.NewKey();
        var statement = new Statement([new Subject("artifact", digest)], SlsaProvenance.PredicateType, SlsaProvenance.Predicate(InMemorySigstore.Workflow));
        return sigstore.Attest(key, sigstore.Issue(key), statement.ToJson());
    }

    private static Sha256Digest Write(string path)
    {
        var block = RandomNumberGenerator.GetBytes(1024 * 1024);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.Create(path, bufferSize: 0);
        for (var i = 0; i < Mebibytes; i++)
        {
            file.Write(block);
            hash.AppendData(block);
        }

        return Sha256Digest.From(hash.GetHashAndReset());
    }
}
