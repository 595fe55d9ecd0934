using System.Runtime.Versioning;
using System.Security.Cryptography;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>
/// The native action's folder and the release that it pins: a folder in the place of the release's server, behind a curl of the test's own. The verifier is the real one.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class NativeRelease
{
    public const string Agent = "signing-agent-linux-x64";
    public const string Verifier = "signing-verifier-linux-x64";

    private readonly LiveAuthority _authority;

    private NativeRelease(LiveAuthority authority, string folder) => (_authority, Folder) = (authority, folder);

    /// <summary><c>GITHUB_ACTION_PATH</c>, and the server's files.</summary>
    public string Folder { get; }

    /// <summary>Where the step looks for programs: the test's curl first.</summary>
    public string SearchPath => $"{Folder}/bin:{Environment.GetEnvironmentVariable("PATH")}";

    /// <summary>What curl was told, a call a line.</summary>
    public IReadOnlyList<string> Asked => File.ReadAllLines(Path.Combine(Folder, "asked"));

    /// <summary>What becomes of the next downloads, as curl's <c>http_code</c> says it: 000 where nobody answers.</summary>
    public void Trouble(params string[] codes) => File.WriteAllLines(Path.Combine(Folder, "trouble"), codes);

    /// <summary>A release of a program, signed at the authority and pinned.</summary>
    /// <param name="authority">Who signs it.</param>
    /// <param name="program">The program: a script.</param>
    public static async Task<NativeRelease> CreateAsync(LiveAuthority authority, string program)
    {
        var folder = Path.GetDirectoryName(authority.NewFile("fetch.sh", RepositoryFiles.Read("action/native/fetch.sh")))!;
        var release = new NativeRelease(authority, folder);
        await File.WriteAllTextAsync(Path.Combine(folder, Agent), program);
        File.Copy(Installed.Verifier, Path.Combine(folder, Verifier));
        File.Copy(authority.TrustedRoot, Path.Combine(folder, "trusted_root.json"));
        var signed = await Command.RunAsync(
            Installed.Agent,
            [
                "attest", Path.Combine(folder, Agent), "--authority", authority.Url, "--identity-token", authority.NewTokenFile(),
                "--bundle", Path.Combine(folder, "attestation.sigstore.json"),
            ],
            authority.Folder);
        Assert.True(signed.ExitCode == 0, signed.Text);
        var tools = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(tools, "curl"),
            $$"""
            #!/bin/sh
            echo "$*" >>"{{folder}}/asked"
            if [ -s "{{folder}}/trouble" ]; then
              said=$(head -n 1 "{{folder}}/trouble")
              sed -i 1d "{{folder}}/trouble"
              printf %s "$said"
              if [ "$said" = 000 ]; then exit 7; else exit 22; fi
            fi
            while [ $# -gt 1 ]; do
              if [ "$1" = --output ]; then out=$2; fi
              shift
            done
            cp "{{folder}}/${1##*/}" "$out"
            """);
        File.SetUnixFileMode(Path.Combine(tools, "curl"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await release.PinAsync(authority.Issuer.Run.WorkflowFile);
        return release;
    }

    /// <summary>Pins the files as they are, and who must have signed.</summary>
    public async Task PinAsync(string workflow)
    {
        var repository = _authority.Issuer.Run.Repository;
        var digests = ((string[])[Agent, Verifier]).Select(file => $"sha256 {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, file))))} {file}");
        await File.WriteAllTextAsync(
            Path.Combine(Folder, "release.txt"),
            $"version 0.1.0\nurl https://downloads.example/v0.1.0\nrepository {repository}\nworkflow {repository}/{workflow}\nissuer {_authority.Issuer.Url}\n"
            + $"trusted-root trusted_root.json\n{string.Join('\n', digests)}\n");
    }
}
