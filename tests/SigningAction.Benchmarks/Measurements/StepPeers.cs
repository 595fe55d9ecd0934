using System.Diagnostics;
using System.Globalization;
using SigningAction.Benchmarks.Measuring;
using SigningAction.Benchmarks.Running;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>What others need for the same artifacts at the same authority: cosign a process for each, the library of actions/attest one process for all. Those that are not set are left out, aloud.</summary>
internal static class StepPeers
{
    private const int CosignRuns = 40;

    /// <summary>More than this the JavaScript peers are not asked for: they sign one after the other.</summary>
    private const int MostOfNode = 1_000;

    public static async Task RunAsync(Scratch scratch, PipelineIssuer issuer, AuthorityProcess authority, IReadOnlyList<int> sizes, Func<Scratch, int, string> artifacts)
    {
        if (Set("SIGNINGACTION_COSIGN") is { } cosign)
        {
            var (alone, four) = await CosignAsync(cosign, scratch, issuer, authority, artifacts(scratch, CosignRuns));
            Console.WriteLine($"  cosign signs one artifact a process: {Latencies.Milliseconds(alone)} one after the other, {Latencies.Milliseconds(four)} each with four at once (median and mean of {CosignRuns}).");
        }

        if (Set("SIGNINGACTION_NODE") is not { } node || (Set("SIGNINGACTION_ACTIONS_ATTEST") ?? Set("SIGNINGACTION_PEERS")) is null)
        {
            return;
        }

        var report = new Report("The same artifacts attested by JavaScript, in one process each (one run)", "artifacts", "by", "one statement", "its CPU", "a statement each", "its CPU", "each");
        foreach (var size in sizes.Where(size => size <= MostOfNode))
        {
            foreach (var (library, variable) in new[] { ("actions-attest", "SIGNINGACTION_ACTIONS_ATTEST"), ("sigstore-sign", "SIGNINGACTION_PEERS") })
            {
                if (Set(variable) is not { } modules)
                {
                    continue;
                }

                var folder = artifacts(scratch, size);
                ProcessRun Attest(string kind) => Node(node, library, modules, kind, scratch, issuer, authority.Url, folder, kind == "one" ? 1 : size);
                var (one, each) = (Attest("one"), Attest("each"));
                report.Row(
                    size.ToString("#,0", CultureInfo.InvariantCulture),
                    library,
                    Latencies.Milliseconds(Milliseconds(one)),
                    Latencies.Milliseconds(one.Cpu.TotalMilliseconds),
                    Latencies.Milliseconds(Milliseconds(each)),
                    Latencies.Milliseconds(each.Cpu.TotalMilliseconds),
                    Latencies.Milliseconds(Milliseconds(each) / size));
            }
        }

        report.Print();
    }

    private static string? Set(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
        {
            return value;
        }

        Console.WriteLine($"  {variable} is not set (README.md says what it is): that peer is left out.");
        return null;
    }

    private static ProcessRun Node(string node, string library, string modules, string kind, Scratch scratch, PipelineIssuer issuer, string authority, string folder, int bundles)
    {
        var output = Directory.CreateDirectory(scratch.New($"{library}-{Guid.NewGuid():N}")).FullName;
        var run = ProcessRun.Of(
            node,
            [Script, library, modules, kind, authority, folder, output],
            scratch.Folder,
            "CI=true",
            $"ACTIONS_ID_TOKEN_REQUEST_URL={issuer.RequestUrl}",
            $"ACTIONS_ID_TOKEN_REQUEST_TOKEN={issuer.RequestToken}");
        var written = Directory.GetFiles(output).Length;
        return written == bundles ? run : throw new InvalidOperationException($"{library} wrote {written} bundles in the place of {bundles}.");
    }

    private static string Script { get; } = Path.Combine(AppContext.BaseDirectory, "Peers", "actions-attest", "main.mjs");

    /// <summary>The same kind of signature by cosign: a process, a certificate, a log entry and a timestamp for each artifact.</summary>
    /// <returns>Milliseconds of one alone, and of each with four side by side.</returns>
    private static async Task<(double Alone, double Four)> CosignAsync(string cosign, Scratch scratch, PipelineIssuer issuer, AuthorityProcess authority, string folder)
    {
        using var connection = await Connection.OpenAsync(authority.Url);
        var (config, root) = (scratch.New("signing_config.json"), scratch.New("trusted_root.json"));
        foreach (var (file, path) in new[] { (config, "/signing_config.json"), (root, "/trusted_root.json") })
        {
            await File.WriteAllBytesAsync(file, await connection.SendAsync(Connection.Request("GET", path, "application/json", [])));
        }

        var files = Directory.GetFiles(folder);
        var token = issuer.IssueToken();
        ProcessRun Sign(string file) => ProcessRun.Of(
            cosign, ["sign-blob", "-y", "--identity-token", token, "--signing-config", config, "--trusted-root", root, "--bundle", $"{file}.cosign.json", file], scratch.Folder);
        var alone = ProcessRun.Median(files.Select(file => Milliseconds(Sign(file))));
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = 4 }, (file, stop) =>
        {
            _ = Sign(file);
            return ValueTask.CompletedTask;
        });
        return (alone, Stopwatch.GetElapsedTime(start).TotalMilliseconds / files.Length);
    }

    private static double Milliseconds(ProcessRun run) => Stopwatch.GetElapsedTime(0, run.Ticks).TotalMilliseconds;
}
