using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Agent;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Hosting;
using SigningAction.Verifier;

namespace SigningAction.Quickstart;

/// <summary>
/// The whole path on one machine, over real HTTP on loopback: a pipeline signs with its OIDC token, a stranger verifies it offline,
/// and three attempts that must fail do fail. It ends with exit code 0 only if every part of it came out as it must.
/// </summary>
internal sealed class Story
{
    private readonly Narrator _tell = new();
    private readonly string _folder;
    private readonly StandInGitHub _github;
    private readonly string _authority;
    private bool _asItMust = true;

    private Story(string folder, StandInGitHub github, string authority)
    {
        _folder = folder;
        _github = github;
        _authority = authority;
    }

    private string TrustedRoot => Path.Combine(_folder, "trusted_root.json");

    public static int Help()
    {
        Console.WriteLine(
            """
            The whole path on one machine: a pipeline signs with its OIDC token, a stranger verifies it offline.

            dotnet run --project src/SigningAction.Quickstart            sign and verify a small file made for it
            dotnet run --project src/SigningAction.Quickstart -- FILE    sign and verify a copy of your own file

            Exit code 0: everything came out as it must. 1: something did not. 2: usage.
            """);
        return 0;
    }

    public static int Misused(string[] args)
    {
        Console.Error.WriteLine(args.Length == 1 ? $"No such file: {args[0]}" : "Give no argument, or the path of one file. See --help.");
        return 2;
    }

    public static async Task<int> TellAsync(string? file)
    {
        var folder = Directory.CreateTempSubdirectory("signingaction-quickstart-").FullName;
        await using var github = await StandInGitHub.StartAsync();
        var url = $"http://127.0.0.1:{FreePort()}";
        var story = new Story(folder, github, url);
        return await story.RunAsync(file);
    }

    private async Task<int> RunAsync(string? file)
    {
        _tell.Title("SigningAction: sign with a pipeline's identity, verify offline");
        _tell.Step("An authority, and a policy that lets one workflow sign");
        await using var authority = await StartAuthorityAsync();
        var artifact = MakeArtifact(file);
        Narrator.Say($"Everything lies in {_folder}");

        _tell.Step($"The release workflow of {StandInGitHub.Repository} attests {Path.GetFileName(artifact)}");
        Narrator.Say("Its job exchanges the OIDC token for a certificate of ten minutes, signs, gets a timestamp and a log entry, and keeps no key.");
        Expect(0, await AttestAsync(artifact));
        await File.WriteAllBytesAsync(TrustedRoot, await FetchAsync("/trusted_root.json"));

        _tell.Step("A stranger verifies it: no network, no account, only the trusted root");
        Expect(0, Verify(artifact, artifact + ".sigstore.json"));

        _tell.Step("Refused: the file was changed by one byte");
        Expect(1, Verify(Tampered(artifact), artifact + ".sigstore.json"));

        _tell.Step("Refused: another workflow of the same repository asks for the right to sign");
        _github.Workflow = ".github/workflows/pull-request.yml";
        Expect(1, await AttestAsync(Copied(artifact, "by-another-workflow-")));
        _github.Workflow = StandInGitHub.ReleaseWorkflow;

        _tell.Step("Refused: the log entry was swapped for a genuine one of another file");
        Expect(1, Verify(artifact, await SwappedAsync(artifact)));

        TellHowToGoOn(artifact);
        return _asItMust ? 0 : 1;
    }

    private async Task<AuthorityHost> StartAuthorityAsync()
    {
        var folder = Path.Combine(_folder, "authority");
        await AuthoritySetup.CreateAsync(
            folder,
            new AuthoritySetupOptions { Url = _authority, Organization = "Quickstart", Issuers = [new IssuerOptions { Url = _github.Url, Kind = IssuerKind.GitHubActions }] },
            TimeProvider.System);
        var policy = $"""
            version: 1
            issuer: {_github.Url}
            allow:
              - name: releases of {StandInGitHub.Repository}
                repository_id: {StandInGitHub.RepositoryId}
                owner_id: {StandInGitHub.OwnerId}
                workflow: {StandInGitHub.ReleaseWorkflow}
                ref: refs/heads/main
                event: push

            """;
        await File.WriteAllTextAsync(Path.Combine(folder, "signing-policy.yml"), policy);
        Narrator.Say(policy);
        var host = await AuthorityHost.StartAsync(folder, new AuthorityHostOptions { Configure = builder => builder.Logging.ClearProviders() });
        Narrator.Say($"Authority: {_authority}, a stand-in for GitHub's OIDC service: {_github.Url}");
        return host;
    }

    private string MakeArtifact(string? file)
    {
        // A folder of its own: the user's file may have any name, also that of one of ours.
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "release")).FullName;
        var artifact = Path.Combine(folder, file is null ? "hello.txt" : Path.GetFileName(file));
        if (file is null)
        {
            File.WriteAllText(artifact, "Hello from a release.\n");
        }
        else
        {
            File.Copy(file, artifact);
        }

        return artifact;
    }

    private async Task<int> AttestAsync(string artifact)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await SigningAgent.RunAsync(["attest", artifact, "--authority", _authority], new AgentEnvironment
        {
            Variables = _github.JobVariables(Path.Combine(_folder, "job-outputs.txt")),
            WorkingDirectory = _folder,
            Out = output,
            Error = error,
        });
        Narrator.Say($"$ signing-agent attest {Path.GetFileName(artifact)} --authority {_authority}");
        Narrator.Say(AsShownByGitHub(error.ToString()) + output);
        return code;
    }

    /// <summary>The job's log as GitHub shows it: lines that are commands to its runner (masks, groups, outputs) are not printed there either.</summary>
    private static string AsShownByGitHub(string log)
    {
        var shown = new StringBuilder();
        var folded = false;
        foreach (var line in log.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("::error", StringComparison.Ordinal))
            {
                shown.Append("Error: ").Append(line.AsSpan(line.IndexOf("::", 2, StringComparison.Ordinal) + 2)).Append('\n');
            }
            else if (line.StartsWith("::", StringComparison.Ordinal))
            {
                folded = line.StartsWith("::group", StringComparison.Ordinal) || (folded && !line.StartsWith("::endgroup", StringComparison.Ordinal));
            }
            else if (!folded)
            {
                shown.Append(line).Append('\n');
            }
        }

        return shown.ToString();
    }

    private int Verify(string artifact, string bundle)
    {
        using var output = new StringWriter();
        var code = SigningVerifier.Run(
            ["verify", artifact, "--bundle", bundle, "--trusted-root", TrustedRoot, "--repo", StandInGitHub.Repository, "--cert-oidc-issuer", _github.Url], output, output);
        Narrator.Say(
            $"$ signing-verifier verify {Path.GetFileName(artifact)} --bundle {Path.GetFileName(bundle)} --trusted-root "
                + $"trusted_root.json --repo {StandInGitHub.Repository} --cert-oidc-issuer {_github.Url}");
        Narrator.Say(output.ToString());
        return code;
    }

    private string Copied(string artifact, string prefix)
    {
        var copy = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "refused")).FullName, prefix + Path.GetFileName(artifact));
        File.Copy(artifact, copy);
        return copy;
    }

    private string Tampered(string artifact)
    {
        var copy = Copied(artifact, "tampered-");
        using var stream = new FileStream(copy, FileMode.Open, FileAccess.ReadWrite);
        if (stream.Length == 0)
        {
            stream.WriteByte(0);
            return copy;
        }

        var first = stream.ReadByte();
        stream.Position = 0;
        stream.WriteByte((byte)(first ^ 1));
        return copy;
    }

    private async Task<string> SwappedAsync(string artifact)
    {
        Narrator.Say("The other file is attested first, so that its log entry is a genuine one.");
        var other = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "refused")).FullName, "another-release.txt");
        await File.WriteAllTextAsync(other, "Another release.\n");
        Expect(0, await AttestAsync(other));
        var bundle = JsonNode.Parse(await File.ReadAllBytesAsync(artifact + ".sigstore.json"))!;
        var genuine = JsonNode.Parse(await File.ReadAllBytesAsync(other + ".sigstore.json"))!;
        bundle["verificationMaterial"]!["tlogEntries"] = genuine["verificationMaterial"]!["tlogEntries"]!.DeepClone();
        var swapped = Path.Combine(_folder, "refused", "swapped.sigstore.json");
        await File.WriteAllTextAsync(swapped, bundle.ToJsonString());
        return swapped;
    }

    private async Task<byte[]> FetchAsync(string path)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, _authority + path);
        using var response = await client.SendAsync(request, CancellationToken.None);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    private void Expect(int expected, int actual)
    {
        if (expected != actual)
        {
            _asItMust = false;
            Narrator.Say($"This must not be: exit code {actual} instead of {expected}.");
        }
    }

    private void TellHowToGoOn(string artifact)
    {
        var name = Quoted(Path.GetFileName(artifact));
        var bundle = Quoted(Path.GetFileName(artifact) + ".sigstore.json");
        _tell.Step("Verify it again yourself; the authority is gone by then, and nobody asks it");
        Narrator.Say(
            $"""
            cd {Quoted(Path.GetDirectoryName(artifact)!)}
            {Quoted(Path.Combine(AppContext.BaseDirectory, "signing-verifier"))} verify {name} --bundle {bundle} --trusted-root ../trusted_root.json \
              --repo {StandInGitHub.Repository} --cert-oidc-issuer {_github.Url}
            cosign verify-blob-attestation --bundle {bundle} --trusted-root ../trusted_root.json --use-signed-timestamps \
              --certificate-identity https://github.com/{StandInGitHub.Repository}/{StandInGitHub.ReleaseWorkflow}@refs/heads/main \
              --certificate-oidc-issuer {_github.Url} --type slsaprovenance1 {name}
            """);
        Console.WriteLine();
        _tell.Title(_asItMust ? "One signature verified, three attempts refused for their own reasons." : "Something did not come out as it must; see above.");
    }

    /// <summary>A word of a POSIX shell, ready to paste.</summary>
    private static string Quoted(string word) => word.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_')
        ? word
        : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>The authority's URL is fixed for its life, so its port must be known before it listens.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
