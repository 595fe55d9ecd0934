using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>The verifier as people run it, a whole process, in turns with cosign and sigstore-go on the same bundle.</summary>
internal static class ProcessBenchmark
{
    private const int Rounds = 21;

    public static void Run()
    {
        using var scratch = new Scratch();
        using var sigstore = new InMemorySigstore();
        var artifact = new byte[1024];
        var (file, bundle, root) = (scratch.New("artifact"), scratch.New("bundle.json"), scratch.New("trusted_root.json"));
        File.WriteAllBytes(file, artifact);
        File.WriteAllBytes(bundle, sigstore.Attest(artifact).ToJson());
        File.WriteAllBytes(root, sigstore.TrustedRoot.ToJson());
        var signer = InMemorySigstore.Workflow;
        var programs = new List<(string Name, string Path, string[] Arguments)> { ("limit: /bin/true", "/bin/true", []) };
        Add("signing-verifier verify", "SIGNINGACTION_VERIFIER",
            ["verify", file, "--bundle", bundle, "--trusted-root", root, "--cert-identity", signer.SignerUri, "--cert-oidc-issuer", signer.Issuer]);
        Add("cosign verify-blob-attestation", "SIGNINGACTION_COSIGN",
            ["verify-blob-attestation", "--bundle", bundle, "--trusted-root", root, "--use-signed-timestamps", "--type", "slsaprovenance1",
                "--certificate-identity", signer.SignerUri, "--certificate-oidc-issuer", signer.Issuer, file]);
        Add("sigstore-go-verification", "SIGNINGACTION_SIGSTORE_GO",
            ["-artifact", file, "-trustedrootJSONpath", root, "-expectedSAN", signer.SignerUri, "-expectedIssuer", signer.Issuer, bundle]);

        // In turns, so that whatever else the machine does falls on all alike.
        var runs = programs.Select(_ => new List<ProcessRun>()).ToList();
        for (var round = -1; round < Rounds; round++)
        {
            for (var i = 0; i < programs.Count; i++)
            {
                var run = ProcessRun.Of(programs[i].Path, programs[i].Arguments, scratch.Folder);
                if (round >= 0)
                {
                    runs[i].Add(run);
                }
            }
        }

        var report = new Report($"A whole process verifies one attestation; {Rounds} rounds in turns", "", "median", "p99", "least", "CPU", "peak memory");
        for (var i = 0; i < programs.Count; i++)
        {
            var time = new Latencies(runs[i].Select(run => run.Ticks));
            report.Row(programs[i].Name, time.Median, time.P99, Latencies.Milliseconds(time.LeastMs),
                Latencies.Milliseconds(ProcessRun.Median(runs[i].Select(run => run.Cpu.TotalMilliseconds))), ProcessRun.PeakMemory(programs[i].Path, programs[i].Arguments, scratch));
        }

        for (var i = 2; i < programs.Count && programs[1].Path == Environment.GetEnvironmentVariable("SIGNINGACTION_VERIFIER"); i++)
        {
            var pairs = runs[1].Zip(runs[i]).ToList();
            report.Say($"Ours takes {ProcessRun.Median(pairs.Select(pair => (double)pair.First.Ticks / pair.Second.Ticks)):0.00} of the time of {programs[i].Name}, {ProcessRun.Median(pairs.Select(pair => pair.First.Cpu / pair.Second.Cpu)):0.00} of its processor time (medians over pairs).");
        }

        report.Print();

        void Add(string name, string variable, string[] arguments)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path)
            {
                programs.Add((name, path, arguments));
            }
            else
            {
                Console.WriteLine($"  {name} is left out: {variable} is not set ('tests/run --setup' prints it).");
            }
        }
    }
}
