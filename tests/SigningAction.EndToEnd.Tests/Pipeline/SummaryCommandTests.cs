using System.Net;
using System.Runtime.Versioning;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Pipeline;

/// <summary>The commands of a step's summary, pasted into a shell by a consumer: what stands there is run as it stands there.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SummaryCommandTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    [Theory]
    [InlineData("app.zip")]
    [InlineData("-it's $(touch stolen) `touch stolen` \"&|; é.zip")]
    public async Task With_the_artifact_alone_the_command_verifies_because_the_authority_keeps_the_bundle(string name)
    {
        var (file, summary) = await AttestedAsync(name);
        var consumer = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(file)!, "consumer")).FullName;
        File.Copy(file, Path.Combine(consumer, name));
        var command = Command(summary, "signing-verifier");
        Assert.Contains($"--authority {authority.Url}", command, StringComparison.Ordinal);
        var verified = await PasteAsync(command, consumer);
        Assert.True(verified.ExitCode == 0, $"{command}\n{verified.Text}");
        Assert.Equal([name, "trusted_root.json"], Directory.GetFileSystemEntries(consumer).Select(Path.GetFileName).Except(["tmp"]).Order(StringComparer.Ordinal));

        await File.AppendAllTextAsync(Path.Combine(consumer, name), "tampered", TestContext.Current.CancellationToken);
        Assert.NotEqual(0, (await PasteAsync(command, consumer)).ExitCode);
    }

    /// <summary><c>gh</c> is not to be had here: our verifier, which takes its options, stands in for it.</summary>
    [Theory]
    [InlineData("cosign")]
    [InlineData("gh")]
    public async Task With_the_bundle_beside_it_the_commands_of_others_verify(string program)
    {
        var started = program == "cosign" ? Installed.Cosign : Script($"#!/bin/sh\n[ \"$1 $2\" = 'attestation verify' ] || exit 99\nshift 2\nexec '{Installed.Verifier}' verify \"$@\"\n");
        var (file, summary) = await AttestedAsync("it's.zip");
        var consumer = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(file)!, "consumer")).FullName;
        File.Copy(file, Path.Combine(consumer, "it's.zip"));
        File.Copy(file + ".sigstore.json", Path.Combine(consumer, "it's.zip.sigstore.json"));
        File.Copy(authority.TrustedRoot, Path.Combine(consumer, "trusted_root.json"));
        var command = Command(summary, program);
        var verified = await PasteAsync(command, consumer, (program, started));
        Assert.True(verified.ExitCode == 0, $"{command}\n{verified.Text}");

        await File.AppendAllTextAsync(Path.Combine(consumer, "it's.zip"), "tampered", TestContext.Current.CancellationToken);
        Assert.NotEqual(0, (await PasteAsync(command, consumer, (program, started))).ExitCode);
    }

    private string Script(string text)
    {
        var path = authority.NewFile("script", text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    private async Task<(string File, string Summary)> AttestedAsync(string name)
    {
        var file = authority.NewFile(name, $"content of {name}");
        var summary = Path.Combine(Path.GetDirectoryName(file)!, "summary");
        var step = await Running.Command.RunAsync(
            Installed.Agent,
            ["attest", file, "--authority", authority.Url],
            authority.Folder,
            new Dictionary<string, string>
            {
                ["GITHUB_ACTIONS"] = "true",
                ["GITHUB_STEP_SUMMARY"] = summary,
                ["ACTIONS_ID_TOKEN_REQUEST_URL"] = authority.Issuer.RequestUrl,
                ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = authority.Issuer.RequestToken,
            });
        Assert.True(step.ExitCode == 0, step.Text);
        return (file, await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken));
    }

    /// <summary>The one block of code that starts this program, as a browser shows it.</summary>
    private static string Command(string summary, string program) => Assert.Single(
        summary.Split("<pre><code>").Skip(1).Select(block => WebUtility.HtmlDecode(block[..block.IndexOf("</code></pre>", StringComparison.Ordinal)])),
        command => command.Split('\n').Any(line => line.StartsWith(program + " ", StringComparison.Ordinal)));

    /// <summary>Pastes it into a shell that finds the programs by their names.</summary>
    private static async Task<Command> PasteAsync(string command, string folder, params (string Name, string Program)[] programs)
    {
        var path = Directory.CreateTempSubdirectory("signingaction-path-").FullName;
        try
        {
            foreach (var (name, program) in programs is [] ? [("signing-verifier", Installed.Verifier)] : programs)
            {
                File.CreateSymbolicLink(Path.Combine(path, name), program);
            }

            return await Running.Command.RunAsync("bash", ["-c", $"PATH=\"{path}:$PATH\"\n{command}"], folder);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
