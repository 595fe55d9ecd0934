using SigningAction.EndToEnd.Tests.Repository;

namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>Every verifier is asked about every case; where one differs from ours, DISAGREEMENTS.md says who is right. What is listed and no longer happens fails too.</summary>
public sealed class DisagreementTests : IDisposable
{
    private static readonly string[] Mutated = ["attestation", "attestation-in-rekor1", "chain-of-v02", "managed-key", "rekor1-promise", "signature"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("differential-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("cosign")]
    [InlineData("sigstore-go")]
    [InlineData("sigstore-js")]
    public async Task Every_disagreement_on_a_case_is_known_and_explained(string peer)
    {
        EvidenceCase[] cases = [.. EvidenceCase.Public, .. EvidenceCase.Own];
        Assert.True(cases.Length > 80, $"only {cases.Length} cases");
        var peers = new Peers(_folder.FullName);
        var theirs = peer == "sigstore-js" ? await peers.AskJavaScriptAsync(cases) : await peers.AskAsync(peer, cases);
        RequireKnown(peer, cases, await peers.AskAsync("signing-verifier", cases), theirs, mutants: false);
    }

    [Theory]
    [InlineData("cosign")]
    [InlineData("sigstore-go")]
    [InlineData("sigstore-js")]
    public async Task Every_disagreement_on_a_broken_bundle_is_known_and_explained(string peer)
    {
        EvidenceCase[] good = [.. EvidenceCase.Own.Where(one => Mutated.Contains(one.Name, StringComparer.Ordinal))];
        Assert.Equal(Mutated.Length, good.Length);
        EvidenceCase[] mutants = [.. good.SelectMany(BundleMutants.Of)];
        Assert.True(mutants.Length > 400, $"only {mutants.Length} mutants");
        var peers = new Peers(_folder.FullName);
        var theirs = peer == "sigstore-js" ? await peers.AskJavaScriptAsync(mutants) : await peers.AskAsync(peer, mutants);
        RequireKnown(peer, mutants, peers.AskOurs(mutants), theirs, mutants: true);
    }

    /// <summary>A row stands for all mutants of its name: it says what at least one of them shows.</summary>
    private static void RequireKnown(string peer, EvidenceCase[] cases, Peers.Verdict[] ours, Peers.Verdict[] theirs, bool mutants)
    {
        var found = cases.Select((one, i) => (Row: $"{one.Name} | {(ours[i].Verified ? "verified" : "refused")}", Ours: ours[i], Theirs: theirs[i]))
            .Where(one => one.Ours.Verified != one.Theirs.Verified).ToArray();
        var known = Known(peer).Where(row => row.Contains('$', StringComparison.Ordinal) == mutants).ToArray();
        Assert.Equal(known.Length, known.Distinct(StringComparer.Ordinal).Count());
        var unknown = found.Where(one => !known.Contains(one.Row, StringComparer.Ordinal)).Select(one => $"{one.Row}\n    ours: {one.Ours.Reason}\n    {peer}: {one.Theirs.Reason}");
        Assert.True(!unknown.Any(), $"DISAGREEMENTS.md does not list:\n{string.Join('\n', unknown.Distinct(StringComparer.Ordinal))}");
        Assert.Empty(known.Except(found.Select(one => one.Row), StringComparer.Ordinal));
    }

    /// <summary>Case and our verdict of each row in which this peer differs; several cases and several peers may share a row. A row without a reason is none.</summary>
    private static IEnumerable<string> Known(string peer) => File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests", "SigningAction.EndToEnd.Tests", "Differential", "DISAGREEMENTS.md"))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length == 5 && cells[1].Split(", ").Contains(peer, StringComparer.Ordinal))
        .SelectMany(cells =>
        {
            Assert.NotEmpty(cells[3]);
            Assert.NotEmpty(cells[4]);
            return cells[0].Split(", ").Select(name => $"{name.Trim('`')} | {cells[2]}");
        });
}
