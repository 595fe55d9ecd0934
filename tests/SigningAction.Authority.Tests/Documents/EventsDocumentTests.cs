using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.Logging;
using SigningAction.Authority.Hosting;

namespace SigningAction.Authority.Tests.Documents;

/// <summary>An event of the log has one number for ever, which alerts are made of.</summary>
public sealed class EventsDocumentTests
{
    /// <summary>Each service has its hundred, or thousand.</summary>
    private static readonly Dictionary<string, (int First, int Last)> Ranges = new(StringComparer.Ordinal)
    {
        ["Exchange"] = (1100, 1199),
        ["Clock"] = (1200, 1299),
        ["Policy"] = (1300, 1399),
        ["Keys"] = (1400, 1499),
        ["Issuance"] = (2000, 2999),
        ["Ledger"] = (3000, 3999),
        ["Hosting"] = (4000, 4999),
    };

    private static readonly IReadOnlyList<(MethodInfo Method, LoggerMessageAttribute Event)> Events =
    [
        .. typeof(AuthorityHost).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (Method: method, Event: method.GetCustomAttribute<LoggerMessageAttribute>()!))
            .Where(found => found.Event is not null)
            .OrderBy(found => found.Event.EventId),
    ];

    [Fact]
    public void The_table_is_the_one_that_the_code_makes() => GeneratedDocument.AssertIs("EVENTS.md", Written());

    [Fact]
    public void No_two_events_share_a_number_or_a_name()
    {
        Assert.NotEmpty(Events);
        Assert.Equal(Events.Count, Events.Select(found => found.Event.EventId).Distinct().Count());
        Assert.Equal(Events.Count, Events.Select(found => found.Event.EventName).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Every_event_has_a_name_is_in_the_range_of_its_service_and_says_what_to_do() => Assert.All(Events, found =>
    {
        var (first, last) = Ranges[Service(found.Method)];
        Assert.InRange(found.Event.EventId, first, last);
        Assert.False(string.IsNullOrEmpty(found.Event.EventName), found.Event.Message);
        Assert.EndsWith(".", DocComments.Summary(found.Method), StringComparison.Ordinal);
        Assert.EndsWith(".", DocComments.Remarks(found.Method), StringComparison.Ordinal);
    });

    [Fact]
    public void Nothing_is_logged_without_an_event()
    {
        // A call of the extension methods has the id 0.
        var sources = Directory.EnumerateFiles(GeneratedDocument.PathOf(), "*.cs", SearchOption.AllDirectories);
        Assert.All(sources, file => Assert.DoesNotMatch(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(", File.ReadAllText(file)));
    }

    private static string Written()
    {
        var text = new StringBuilder("""
            # Events of signing-authority

            What the log on standard error says. A number never changes its meaning. Refused requests of callers are decisions, and those are in the audit log. Made from the code (`SIGNINGACTION_WRITE_DOCUMENTS=1` and the tests write it again).


            """.ReplaceLineEndings("\n"));
        text.Append("Ranges: ").AppendJoin(", ", Ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.Key} {range.Value.First} to {range.Value.Last}")));
        text.Append(".\n\n| event | name | level | message | when | what to do |\n|---|---|---|---|---|---|\n");
        foreach (var (method, found) in Events)
        {
            var level = found.Level == LogLevel.None ? "by state" : found.Level.ToString();
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {found.EventId} | `{found.EventName}` | {level} | {GeneratedDocument.Cell(found.Message!)} | {GeneratedDocument.Cell(DocComments.Summary(method))} | {GeneratedDocument.Cell(DocComments.Remarks(method))} |\n");
        }

        return text.ToString();
    }

    private static string Service(MethodInfo method) => method.DeclaringType!.Namespace!.Split('.')[2];
}
