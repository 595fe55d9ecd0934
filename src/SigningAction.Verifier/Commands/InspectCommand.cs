using System.CommandLine;
using System.Text;
using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Inspection;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Commands;

/// <summary><c>signing-verifier inspect</c>: what a bundle says, proven or not: the gist, or with <c>--full</c> all of it. It judges nothing, and says so on every line.</summary>
internal static class InspectCommand
{
    private const string Json = "json";
    private const string Mark = "unverified  ";

    public static Command Create()
    {
        var file = new Argument<string>("bundle") { Description = "A Sigstore bundle, or a file with one in each line; - is standard input." };
        var format = OptionValue.OneOf("--format", "How to answer.", ["text", Json]);
        var full = new Option<bool>("--full") { Description = "Show everything, not only who, what and when. JSON always has all of it." };
        var command = new Command("inspect", "Show what a bundle says. Nothing of it is verified.") { file, full, format };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetRequiredValue(format) == Json, parsed.GetValue(full), parsed.InvocationConfiguration));
        return command;
    }

    /// <summary>A file may hold a bundle in each line: each is shown, and the exit code is that of the worst.</summary>
    private static int Run(string path, bool json, bool full, InvocationConfiguration console)
    {
        var exit = ExitCode.Verified;
        foreach (var found in BundleFile.Read(path, SourceLimits.GivenBundles))
        {
            exit = (ExitCode)Math.Max((int)exit, found.Bundle is { } bundle ? Show(found.Origin, bundle, json, full, console) : Failed(found.Origin, found.Problem!, json, console));
        }

        return (int)exit;
    }

    private static int Show(string origin, Bundle bundle, bool json, bool full, InvocationConfiguration console)
    {
        var (description, unreadable) = BundleDescription.Of(bundle);
        if (json)
        {
            console.Output.WriteLine(Encoding.UTF8.GetString(description));
        }
        else
        {
            console.Output.Write(BundleSummary.Of(origin, bundle, Mark) + (full ? Tree(description) : string.Empty));
        }

        if (unreadable > 0 && !json)
        {
            console.Error.WriteLine($"{unreadable} part(s) of {PrintableText.Neutralise(origin)} could not be read; each says why in its place.");
        }

        return (int)(unreadable == 0 ? ExitCode.Verified : ExitCode.Refused);
    }

    private static string Tree(byte[] description)
    {
        using var text = new StringWriter();
        using var document = JsonDocument.Parse(description, new JsonDocumentOptions { MaxDepth = SafeJson.Depth });
        new TextTree(text, Mark).Write(document.RootElement.GetProperty("unverified"));
        return text.ToString();
    }

    private static int Failed(string path, Problem problem, bool json, InvocationConfiguration console)
    {
        IReport report = json ? new JsonReport(console.Output) : new TextReport(console.Output, console.Error);
        report.Add(TargetVerdict.Failed(path, problem));
        return (int)problem.Exit;
    }
}
