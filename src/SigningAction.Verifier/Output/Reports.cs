using System.CommandLine;

namespace SigningAction.Verifier.Output;

/// <summary>The report that a command line and its surroundings ask for.</summary>
internal static class Reports
{
    /// <summary>What <c>--format</c> takes; the first is the default.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["text", "json", "sarif", "junit"];

    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="console">Where the report goes.</param>
    /// <param name="surroundings">Whether a runner of GitHub Actions is around.</param>
    /// <param name="text">What text is.</param>
    public static IReport Of(string format, InvocationConfiguration console, Surroundings surroundings, IReport text)
    {
        IReport report = format switch
        {
            "json" => new JsonReport(console.Output),
            "sarif" => new SarifReport(console.Output),
            "junit" => new JunitReport(console.Output),
            _ => text,
        };
        return surroundings.Variable("GITHUB_ACTIONS") == "true"
            ? new ActionsReport(report, console.Error, surroundings.NonEmpty("GITHUB_STEP_SUMMARY"))
            : report;
    }
}
