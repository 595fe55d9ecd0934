using SigningAction.EndToEnd.Tests.Repository;

namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>Every verifier is asked about every case; where one differs from ours, DISAGREEMENTS.md says who is right. What is listed and no longer happens fails too.</summary>
public sealed class DisagreementTests : IDisposable
{
    private static readonly string[] Mutated = ["attestation", "managed-key", "rekor1-promise", "signature"];
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

    [Fact]
    public async Task Every_disagreement_on_a_broken_bundle_is_known_and_explained()
    {
        EvidenceCase[] good = [.. EvidenceCase.Own.Where(one => Mutated.Contains(one.Name, StringComparer.Ordinal))];
        Assert.Equal(Mutated.Length, good.Length);
        EvidenceCase[] mutants = [.. good.SelectMany(BundleMutants.Of)];
        Assert.True(mutants.Length > 200, $"only {mutants.Length} mutants");
        var peers = new Peers(_folder.FullName);
        RequireKnown("sigstore-js", mutants, await peers.AskAsync("signing-verifier", mutants), await peers.AskJavaScriptAsync(mutants), mutants: true);
    }

    /// <summary>A row stands for all mutants of its member: it says what at least one of them shows.</summary>
    private static void RequireKnown(string peer, EvidenceCase[] cases, Peers.Verdict[] ours, Peers.Verdict[] theirs, bool mutants)
    {
        var found = cases.Select((one, i) => (Row: $"{one.Name} | {peer} | {(ours[i].Verified ? "verified" : "refused")}", Ours: ours[i], Theirs: theirs[i]))
            .Where(one => one.Ours.Verified != one.Theirs.Verified).ToArray();
        var known = Known().Where(row => row.Contains($" | {peer} | ", StringComparison.Ordinal) && row.Contains('$', StringComparison.Ordinal) == mutants).ToArray();
        Assert.Equal(known.Length, known.Distinct(StringComparer.Ordinal).Count());
        var unknown = found.Where(one => !known.Contains(one.Row, StringComparer.Ordinal)).Select(one => $"{one.Row}\n    ours: {one.Ours.Reason}\n    theirs: {one.Theirs.Reason}");
        Assert.True(!unknown.Any(), $"DISAGREEMENTS.md does not list:\n{string.Join('\n', unknown.Distinct(StringComparer.Ordinal))}");
        Assert.Empty(known.Except(found.Select(one => one.Row), StringComparer.Ordinal));
    }

    /// <summary>Case, peer and our verdict of each row; a row without a reason is none.</summary>
    private static IEnumerable<string> Known() => File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests", "SigningAction.EndToEnd.Tests", "Differential", "DISAGREEMENTS.md"))
        .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells is [_, "cosign" or "sigstore-go" or "sigstore-js", _, _, _])
        .Select(cells =>
        {
            Assert.NotEmpty(cells[3]);
            Assert.NotEmpty(cells[4]);
            return $"{cells[0].Trim('`')} | {cells[1]} | {cells[2]}";
        });
}
