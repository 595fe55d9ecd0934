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

/// <summary><c>signing-verifier inspect</c>: what a bundle says, proven or not. It judges nothing, and says so on every line.</summary>
internal static class InspectCommand
{
    private const string Json = "json";
    private const string Mark = "unverified  ";

    public static Command Create()
    {
        var file = new Argument<string>("bundle") { Description = "A Sigstore bundle, or a file with one in each line; - is standard input." };
        var format = new Option<string>("--format") { Description = "How to answer.", HelpName = "text|json", DefaultValueFactory = _ => "text" };
        _ = format.AcceptOnlyFromAmong("text", Json);
        var command = new Command("inspect", "Show everything that a bundle says. Nothing of it is verified.") { file, format };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetRequiredValue(format) == Json, parsed.InvocationConfiguration));
        return command;
    }

    /// <summary>A file may hold a bundle in each line: each is shown, and the exit code is that of the worst.</summary>
    private static int Run(string path, bool json, InvocationConfiguration console)
    {
        var exit = ExitCode.Verified;
        foreach (var found in BundleFile.Read(path, SourceLimits.GivenBundles))
        {
            exit = (ExitCode)Math.Max((int)exit, found.Bundle is { } bundle ? Show(found.Origin, bundle, json, console) : Failed(found.Origin, found.Problem!, json, console));
        }

        return (int)exit;
    }

    private static int Show(string origin, Bundle bundle, bool json, InvocationConfiguration console)
    {
        var (description, unreadable) = BundleDescription.Of(bundle);
        Write(description, json, console.Output);
        if (unreadable > 0 && !json)
        {
            console.Error.WriteLine($"{unreadable} part(s) of {PrintableText.Neutralise(origin)} could not be read; each says why in its place.");
        }

        return (int)(unreadable == 0 ? ExitCode.Verified : ExitCode.Refused);
    }

    private static void Write(byte[] description, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(Encoding.UTF8.GetString(description));
            return;
        }

        using var text = new StringWriter();
        using var document = JsonDocument.Parse(description, new JsonDocumentOptions { MaxDepth = SafeJson.Depth });
        new TextTree(text, Mark).Write(document.RootElement.GetProperty("unverified"));
        output.Write(text.ToString());
    }

    private static int Failed(string path, Problem problem, bool json, InvocationConfiguration console)
    {
        IReport report = json ? new JsonReport(console.Output) : new TextReport(console.Output, console.Error);
        report.Add(TargetVerdict.Failed(path, problem));
        return (int)problem.Exit;
    }
}
