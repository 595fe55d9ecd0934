using System.Text;
using System.Text.Json;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>The verdicts of all verifiers, offline; null of what a verifier cannot be asked. What they print besides is for the message of a test.</summary>
internal sealed class Peers(string folder)
{
    /// <summary>All but ours.</summary>
    public static readonly string[] Names = ["cosign", "sigstore-go", "sigstore-js"];

    /// <summary>A second or two of a busy machine for each hundred: well within the deadline of a command.</summary>
    private const int CasesInAProcess = 500;

    /// <summary>What a verifier said.</summary>
    internal sealed record Verdict(bool Verified, string Reason);

    private static ParallelOptions AsManyAsProcessors => new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = TestContext.Current.CancellationToken };

    /// <summary>Whether a verifier has words for the question.</summary>
    public static bool CanBeAsked(string who, EvidenceCase one) => who switch
    {
        "cosign" => Question.Cosign(one) is not null,
        "sigstore-go" => Question.SigstoreGo(one) is not null,
        _ => Question.JavaScript(one) is not null,
    };

    /// <summary>Asks ours, or one of the others.</summary>
    public Task<Verdict?[]> AskAsync(string who, IReadOnlyList<EvidenceCase> cases) => who switch
    {
        "signing-verifier" => AskAsync(Installed.Verifier, cases, Question.Ours),
        "cosign" => AskAsync(Installed.Cosign, cases, (one, bundle) => Question.Cosign(one) is { } words ? [.. words, "--bundle", bundle] : null),
        "sigstore-go" => AskAsync(Installed.SigstoreGo, cases, (one, bundle) => Question.SigstoreGo(one) is { } words ? [.. words, bundle] : null),
        "sigstore-js" => AskJavaScriptAsync(cases),
        _ => throw new ArgumentOutOfRangeException(nameof(who)),
    };

    /// <summary>A process a case, as many at once as there are processors.</summary>
    private async Task<Verdict?[]> AskAsync(string program, IReadOnlyList<EvidenceCase> cases, Func<EvidenceCase, string, IReadOnlyList<string>?> words)
    {
        var verdicts = new Verdict?[cases.Count];
        await Parallel.ForAsync(0, cases.Count, AsManyAsProcessors, async (i, cancel) =>
        {
            var bundle = Path.Combine(folder, $"{Path.GetFileName(program)}-{i}.sigstore.json");
            if (words(cases[i], bundle) is not { } arguments)
            {
                return;
            }

            await File.WriteAllBytesAsync(bundle, cases[i].Bundle, cancel);
            var run = await Command.RunAsync(program, arguments, folder);
            verdicts[i] = new Verdict(run.ExitCode == 0, $"exit {run.ExitCode}: {run.Error.Trim()} {run.Output.Trim()}");
            File.Delete(bundle);
        });
        return verdicts;
    }

    /// <summary>sigstore-js: a process for many cases.</summary>
    private async Task<Verdict?[]> AskJavaScriptAsync(IReadOnlyList<EvidenceCase> cases)
    {
        var verdicts = new Verdict?[cases.Count];
        var asked = Enumerable.Range(0, cases.Count).Where(i => CanBeAsked("sigstore-js", cases[i])).Chunk(CasesInAProcess).Index();
        await Parallel.ForEachAsync(asked, AsManyAsProcessors, async (chunk, cancel) =>
        {
            var list = Path.Combine(folder, $"cases-{chunk.Index}.jsonl");
            await File.WriteAllLinesAsync(
                list,
                chunk.Item.Select(i =>
                {
                    var question = Question.JavaScript(cases[i])!;
                    question["bundle"] = Encoding.UTF8.GetString(cases[i].Bundle.Span);
                    return question.ToJsonString();
                }),
                cancel);
            var run = await Command.RunAsync(Installed.Node, [Path.Combine(Installed.JavaScriptPeers, "verify-many.mjs"), list], folder);
            Assert.True(run.ExitCode == 0, run.Text);
            File.Delete(list);
            var answers = JsonElement.Parse(run.Output).EnumerateArray().ToArray();
            Assert.Equal(chunk.Item.Length, answers.Length);
            foreach (var (i, answer) in chunk.Item.Zip(answers))
            {
                verdicts[i] = new Verdict(answer.GetProperty("verified").GetBoolean(), answer.GetProperty("reason").GetString()!);
            }
        });
        return verdicts;
    }
}
