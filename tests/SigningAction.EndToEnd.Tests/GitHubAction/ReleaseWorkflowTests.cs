using System.Runtime.Versioning;
using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.EndToEnd.Tests.Running;
using YamlDotNet.RepresentationModel;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The release workflow signs with the action of its own commit, and believes nothing that it made before the verifier does. Its scripts run here with stand-ins of their programs.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ReleaseWorkflowTests : IDisposable
{
    private const string Provenance = "https://slsa.dev/provenance/v1";
    private const string Spdx = "https://spdx.dev/Document/v2.3";

    private readonly string _folder = Directory.CreateTempSubdirectory("signingaction-e2e-").FullName;
    private readonly YamlMappingNode _workflow = Yaml.Parse(RepositoryFiles.Read(".github/workflows/release.yml"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_bundle_is_verified_afterwards_as_what_it_is()
    {
        var steps = _workflow.Member("jobs").Member("release").Steps().ToList();
        var ours = steps.Where(step => step.Member("uses").Text() == "./").ToList();
        Assert.NotEmpty(ours);
        Assert.Contains(ours, step => step.Member("with").Member("sign").Text() == "true");
        Assert.All(ours, step =>
        {
            var output = $"${{{{ steps.{step.Member("id").Text()}.outputs.bundle-path }}}}";
            var check = steps.SkipWhile(other => other != step).Single(later => later.Member("env").Members().Any(variable => variable.Value.Text() == output));
            var variable = check.Member("env").Members().Single(member => member.Value.Text() == output).Name;
            var lines = check.Member("run").Text()!.Split('\n').Select(line => line.Trim()).ToList();
            var bundle = lines.Where(line => line.StartsWith($"cp \"${variable}\" ", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1]).SingleOrDefault() ?? $"\"${variable}\"";
            var verify = Assert.Single(lines, line => line.StartsWith("verify ", StringComparison.Ordinal) && line.Contains($" --bundle {bundle} ", StringComparison.Ordinal));
            Assert.EndsWith($"--predicate-type {(step.Member("with").Member("sbom-path") is null ? Provenance : Spdx)}", verify, StringComparison.Ordinal);
            Assert.StartsWith(step.Member("with").Member("subject-path") is null ? "verify \"oci://$IMAGE\"" : "verify dist/*", verify, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task The_verifier_is_asked_for_every_bundle_and_every_signature_and_one_refusal_ends_the_release()
    {
        string[] files = ["dist/signing-agent-linux-x64", "dist/signing-verifier-linux-x64"];
        string[] bundles = ["bundles/provenance/p.json", "bundles/sbom/s.json", "bundles/image/i.json", .. files.Select(file => $"bundles/provenance/{file}.sigstore.json")];
        foreach (var refused in (string?[])[null, "attestation.sigstore.json", "sbom.sigstore.json", .. bundles[2..]])
        {
            foreach (var path in files.Concat(bundles))
            {
                Write(path, "");
            }

            var signatures = Directory.CreateDirectory(Path.Combine(_folder, "signatures")).FullName;
            Directory.Delete(signatures, recursive: true);
            Write("asked", "");
            Write("dist/signing-verifier-linux-x64", $"#!/bin/sh\necho \"$*\" >>asked\ncase \" $* \" in *' {refused ?? "nothing"} '*) exit 1 ;; esac\n");
            var done = await ScriptAsync("Verify as a consumer does", new Dictionary<string, string>
            {
                ["PROVENANCE"] = bundles[0],
                ["SBOM"] = bundles[1],
                ["ATTESTED_IMAGE"] = bundles[2],
                ["IMAGE"] = "ghcr.io/octo/app@sha256:0",
                ["GITHUB_REPOSITORY"] = "octo/app",
                ["GITHUB_SHA"] = "c0ffee",
            });
            var asked = await File.ReadAllLinesAsync(Path.Combine(_folder, "asked"), TestContext.Current.CancellationToken);
            Assert.True(refused is null == (done.ExitCode == 0), done.Text);
            Assert.All(asked, line => Assert.EndsWith("--repo octo/app --signer-workflow octo/app/.github/workflows/release.yml --source-digest c0ffee --deny-self-hosted-runners", line, StringComparison.Ordinal));
            if (refused is null)
            {
                Assert.Equal(3 + files.Length, asked.Length);
                Assert.Equal(files.Length, Directory.GetFiles(signatures).Length);
            }
        }
    }

    [Theory]
    [InlineData(true, "a", "a", "a")]
    [InlineData(false, "a", "b", "b")]
    [InlineData(false, "a", "a", "b")]
    public async Task Only_an_image_that_three_builds_gave_alike_is_handed_on(bool handedOn, params string[] builds)
    {
        Write("digests", string.Join('\n', builds.Select(build => "sha256:" + new string(build[0], 64))) + "\n");
        Write("bin/docker", """
            #!/bin/sh
            case "$1 $2" in "buildx build") ;; "buildx imagetools") echo base@sha256:0; exit ;; login*) cat >/dev/null; exit ;; *) exit ;; esac
            while [ $# -gt 0 ]; do
              if [ "$1" = --metadata-file ]; then printf '{"containerimage.digest":"%s"}' "$(head -n 1 digests)" >"$2"; sed -i 1d digests; fi
              shift
            done
            """);
        File.SetUnixFileMode(Path.Combine(_folder, "bin/docker"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Write("output", "");
        var done = await ScriptAsync("Build twice, compare, push once", new Dictionary<string, string>
        {
            ["PATH"] = $"{_folder}/bin:{Environment.GetEnvironmentVariable("PATH")}",
            ["GITHUB_REF_NAME"] = "build/v0.1.0",
            ["GITHUB_REPOSITORY"] = "octo/app",
            ["GITHUB_SERVER_URL"] = "https://github.com",
            ["GITHUB_SHA"] = "c0ffee",
            ["GITHUB_ACTOR"] = "octocat",
            ["GITHUB_OUTPUT"] = Path.Combine(_folder, "output"),
            ["GITHUB_STEP_SUMMARY"] = Path.Combine(_folder, "summary"),
            ["RUNNER_TEMP"] = _folder,
            ["TOKEN"] = "token",
        });
        Assert.True(handedOn == (done.ExitCode == 0), done.Text);
        Assert.Equal(handedOn, done.Error.Length == 0 && !done.Output.Contains("::error::", StringComparison.Ordinal));
        var outputs = FileCommands.Read(Path.Combine(_folder, "output"));
        Assert.Equal(handedOn ? ["digest", "name"] : [], outputs.Keys.Order(StringComparer.Ordinal));
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_folder, path);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private async Task<Command> ScriptAsync(string name, Dictionary<string, string> variables)
    {
        var step = Assert.Single(_workflow.Jobs().SelectMany(job => job.Value.Steps()), step => step.Member("name").Text() == name);
        var script = Path.Combine(_folder, "script.sh");
        await File.WriteAllTextAsync(script, step.Member("run").Text(), TestContext.Current.CancellationToken);
        return await Command.RunAsync("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", script], _folder, variables);
    }
}
