using System.IO.Enumeration;
using SigningAction.EndToEnd.Tests.Repository;

namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>A row of DISAGREEMENTS.md: in which mutants who differs from us, and what we say. Each name may hold <c>*</c>, which stands for any text.</summary>
/// <param name="Bundles">Kinds of bundle, or pieces of DER.</param>
/// <param name="Fields">Members, or places in the DER.</param>
/// <param name="Changes">What was done to them.</param>
/// <param name="Who">Who differs.</param>
/// <param name="Verified">What we say.</param>
internal sealed record Disagreement(string[] Bundles, string[] Fields, string[] Changes, string[] Who, bool Verified)
{
    /// <summary>All about broken copies.</summary>
    public static IReadOnlyList<Disagreement> OnBrokenCopies =>
        [.. Rows(7).Select(cells => new Disagreement(Names(cells[0]), Names(cells[1]), Names(cells[2]), cells[3].Split(", "), IsVerified(cells[4])))];

    /// <summary>All about cases: the case and what we say.</summary>
    public static IEnumerable<(string Case, bool Verified)> OnCases(string peer) =>
        Rows(5).Where(cells => cells[1].Split(", ").Contains(peer, StringComparer.Ordinal)).SelectMany(cells => Names(cells[0]).Select(name => (name, IsVerified(cells[2]))));

    /// <summary>What this verifier is not asked about.</summary>
    public static IEnumerable<string> NotAsked(string peer) =>
        Rows(3).Where(cells => cells[1].Split(", ").Contains(peer, StringComparer.Ordinal)).SelectMany(cells => Names(cells[0]));

    public bool Holds(BrokenBundle mutant) => Matches(Bundles, mutant.Bundle) && Matches(Fields, mutant.Field) && Matches(Changes, mutant.Change);

    /// <summary>The names of this row that none of these mutants has: what it says of them no longer happens.</summary>
    public IReadOnlyList<string> Unseen(IReadOnlyCollection<BrokenBundle> mutants) =>
    [
        .. Bundles.Where(name => !mutants.Any(mutant => Matches([name], mutant.Bundle))),
        .. Fields.Where(name => !mutants.Any(mutant => Matches([name], mutant.Field))),
        .. Changes.Where(name => !mutants.Any(mutant => Matches([name], mutant.Change))),
    ];

    public override string ToString() => $"{string.Join(", ", Bundles)} | {string.Join(", ", Fields)} | {string.Join(", ", Changes)}";

    private static bool Matches(string[] names, string name) => names.Any(expression => FileSystemName.MatchesSimpleExpression(expression, name, ignoreCase: false));

    private static bool IsVerified(string cell) => cell == "verified" || (cell == "refused" ? false : throw new FormatException($"'{cell}' is no verdict"));

    private static string[] Names(string cell) => [.. cell.Split(", ").Select(name => name.Trim('`'))];

    /// <summary>The rows of the tables of that many columns, without their head. A row without a reason is none.</summary>
    private static string[][] Rows(int columns)
    {
        var rows = File.ReadLines(Path.Combine(RepositoryFiles.Root, "tests", "SigningAction.EndToEnd.Tests", "Differential", "DISAGREEMENTS.md"))
            .Where(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).Where(cells => cells.Length == columns && cells[0].StartsWith('`')).ToArray();
        Assert.NotEmpty(rows);
        Assert.All(rows, cells => Assert.DoesNotContain("", cells));
        return rows;
    }
}
