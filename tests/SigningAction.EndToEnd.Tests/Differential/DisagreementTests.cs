namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>Every verifier is asked about every case and every mutant; where one differs from ours, DISAGREEMENTS.md says who is right. What is listed and no longer happens fails too.</summary>
public sealed class DisagreementTests(MutantRun run) : IClassFixture<MutantRun>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("differential-cases-");

    public static TheoryData<string> Others { get; } = [.. Peers.Names];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_a_verifier_is_not_asked_is_listed_with_the_reason()
    {
        foreach (var peer in Peers.Names)
        {
            Assert.All(EvidenceCase.Public, one => Assert.True(Peers.CanBeAsked(peer, one), one.Name));
            Assert.Equal(EvidenceCase.Own.Where(one => !Peers.CanBeAsked(peer, one)).Select(one => one.Name), Disagreement.NotAsked(peer).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Every_disagreement_on_a_case_is_known_and_explained(string peer)
    {
        EvidenceCase[] cases = [.. EvidenceCase.Public, .. EvidenceCase.Own];
        Assert.True(cases.Length > 110, $"only {cases.Length} cases");
        var peers = new Peers(_folder.FullName);
        var (ours, theirs) = (await run.OursAsync(cases), await peers.AskAsync(peer, cases));
        var found = Enumerable.Range(0, cases.Length).Where(i => theirs[i] is { } said && said.Verified != ours[i]!.Verified).ToArray();
        var known = Disagreement.OnCases(peer).ToArray();
        var unknown = found.Where(i => !known.Contains((cases[i].Name, ours[i]!.Verified))).Select(i => Told(cases[i].Name, ours[i]!, peer, theirs[i]!));
        Assert.True(!unknown.Any(), $"DISAGREEMENTS.md does not list:\n{string.Join('\n', unknown)}");
        Assert.Equal(found.Select(i => cases[i].Name).Order(StringComparer.Ordinal), known.Select(row => row.Case).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Every_disagreement_on_a_broken_bundle_is_known_and_explained(string peer)
    {
        var rows = Disagreement.OnBrokenCopies.Where(row => row.Who.Contains(peer, StringComparer.Ordinal)).ToArray();
        int[] asked = [.. run.ToAsk(peer, rows)];
        Assert.True(asked.Length > 300, $"only {asked.Length} mutants");
        var theirs = asked.Zip(await run.AskAsync(peer, asked)).ToDictionary(one => one.First, one => one.Second);
        var found = asked.Where(i => theirs[i].Verified != run.Ours[i].Verified).ToArray();
        var byRow = rows.Select(row => found.Where(i => run.Ours[i].Verified == row.Verified && row.Holds(run.Mutants[i])).ToArray()).ToArray();
        var unknown = found.Except(byRow.SelectMany(those => those)).Select(i => Told(run.Mutants[i].ToString(), run.Ours[i], peer, theirs[i])).ToArray();
        Assert.True(unknown.Length == 0, $"DISAGREEMENTS.md does not list {unknown.Length}:\n{string.Join('\n', unknown.Take(100))}");
        foreach (var (row, those) in rows.Zip(byRow))
        {
            Assert.True(those.Length > 0, $"does not happen: {row}");
            var unseen = row.Unseen([.. those.Select(i => run.Mutants[i])]);
            Assert.True(!MutantRun.Whole || unseen.Count == 0, $"does not happen in {row}: {string.Join(", ", unseen)}");
        }
    }

    private static string Told(string name, Peers.Verdict ours, string peer, Peers.Verdict theirs) => $"{name}\n    ours: {(ours.Verified ? "verified" : ours.Reason)}\n    {peer}: {(theirs.Verified ? "verified" : theirs.Reason)}";
}
