using System.Reflection;
using SigningAction.Testing.Architecture;

namespace SigningAction.Authority.Tests.Architecture;

/// <summary>
/// Which folder of the authority may use which. A folder is a service; the fewer arrows, the less must be read to change one.
/// A new arrow is a decision: it goes into the DECISIONS.md of the authority, and then into this table.
/// </summary>
public sealed class ArrowsTests
{
    private const string Root = "SigningAction.Authority";
    private const string Program = "Program";

    private static readonly Dictionary<string, string[]> Services = new(StringComparer.Ordinal)
    {
        // How a request body is read and a refusal is said: below all services that speak HTTP.
        ["Wire"] = [],
        // What is measured and traced, below all that are.
        ["Telemetry"] = [],
        // What options say about themselves: below all that have options.
        ["Settings"] = [],
        ["Policy"] = [],
        ["Exchange"] = ["Policy", "Settings"],
        ["Storage"] = [],
        // A key file is written as durably as the database.
        ["Keys"] = ["Storage"],
        ["Ledger"] = ["Storage", "Keys", "Wire", "Telemetry"],
        // Whoever signs asks it for the time; it knows nothing of them.
        ["Clock"] = ["Wire", "Settings"],
        ["Timestamping"] = ["Clock", "Storage", "Keys", "Wire"],
        // It is where a token becomes a certificate, and the logs' numbers are Storage's.
        ["Issuance"] = ["Clock", "Exchange", "Policy", "Ledger", "Storage", "Keys", "Wire", "Telemetry"],
        // It keeps copies of what others made; its check tells findings as the ledger's does.
        ["Bundles"] = ["Ledger", "Settings", "Storage", "Wire"],
        // A client of the whole, and of the tables that its answers must show up in; it knows the reasons by their names.
        ["Probe"] = ["Exchange", "Ledger", "Storage"],
    };

    // The outer ring: these put services together and show them, so they may use any, and no service may use them.
    private static readonly string[] Outer = ["Commands", "Hosting", "Trust", "Console"];

    private static readonly Lazy<IReadOnlyList<TypeUse>> Uses = new(() =>
    [
        .. TypeUses.Of(Assembly.Load("signing-authority")).Where(use => use.UsedType.Assembly == use.User.Assembly && IsOurs(use.User) && IsOurs(use.UsedType)),
    ]);

    [Fact]
    public void Every_folder_has_a_place_in_the_order()
    {
        var folders = Uses.Value.SelectMany(use => new[] { FolderOf(use.User), FolderOf(use.UsedType) }).ToHashSet(StringComparer.Ordinal);
        folders.ExceptWith([.. Services.Keys, .. Outer, Program]);
        Assert.True(folders.Count == 0, string.Join('\n', folders));
    }

    [Fact]
    public void A_service_uses_only_the_services_that_the_design_allows()
    {
        var forbidden = Uses.Value
            .Where(use => Services.TryGetValue(FolderOf(use.User), out var allowed)
                && FolderOf(use.UsedType) != FolderOf(use.User)
                && !allowed.Contains(FolderOf(use.UsedType), StringComparer.Ordinal))
            .Select(Arrow)
            .Distinct()
            .Order(StringComparer.Ordinal);
        Assert.True(!forbidden.Any(), string.Join('\n', forbidden));
    }

    [Fact]
    public void Nothing_but_the_program_and_its_commands_uses_hosting()
    {
        var forbidden = Uses.Value
            .Where(use => FolderOf(use.UsedType) == "Hosting" && FolderOf(use.User) is not ("Hosting" or "Commands" or Program))
            .Select(Arrow)
            .Distinct()
            .Order(StringComparer.Ordinal);
        Assert.True(!forbidden.Any(), string.Join('\n', forbidden));
    }

    private static string Arrow(TypeUse use) => $"{use.User.FullName} -> {use.UsedType.FullName}";

    // Source generators and the compiler add types of other namespaces.
    private static bool IsOurs(Type type) =>
        type.Name == Program || (type.Namespace is { } space && (space == Root || space.StartsWith(Root + ".", StringComparison.Ordinal)));

    /// <summary>The folder, which is the first part of the namespace below the root's; files at the top are the program's.</summary>
    private static string FolderOf(Type type) =>
        type.Namespace is { } space && space.Length > Root.Length ? space[(Root.Length + 1)..].Split('.')[0] : Program;
}
