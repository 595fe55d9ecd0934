namespace SigningAction.Verifier.Tests.Commands;

public sealed class VerifyOptionsTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Naming_nobody_is_a_usage_error_even_when_everything_else_would_hold()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = _workspace.Verify(
            _workspace.Artifact, "--cert-oidc-issuer", "https://token.actions.githubusercontent.com", "--source-ref", "refs/heads/main", "--deny-self-hosted-runners");
        Assert.Equal((ExitCode.Usage, "USAGE", string.Empty), (outcome.Exit, outcome.Reason, outcome.Out));
        Assert.Contains("No identity is given", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--repo", "octo/app")]
    [InlineData("--cert-identity", "somebody")]
    [InlineData("--cert-oidc-issuer", "https://token.actions.githubusercontent.com")]
    [InlineData("--deny-self-hosted-runners")]
    public void A_key_beside_an_identity_is_a_usage_error_and_nothing_is_read(params string[] identity)
    {
        var outcome = _workspace.Verify(["no such file", "--key", "no such key", .. identity]);
        Assert.Equal((ExitCode.Usage, "USAGE", string.Empty), (outcome.Exit, outcome.Reason, outcome.Out));
    }

    [Fact]
    public void A_key_that_cannot_be_read_or_is_none_says_nothing_about_the_artifact()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        var key = _workspace.Under("key.pub");
        Assert.Equal(ExitCode.NotChecked, _workspace.Verify(_workspace.Artifact, "--key", key).Exit);
        using var own = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var pem = own.ExportSubjectPublicKeyInfoPem();
        foreach (var broken in new[] { "no key", own.ExportPkcs8PrivateKeyPem(), pem.Replace("MFkwEwYHKoZIzj0CAQ", "MFkwEwYHKoZIzj0CAA", StringComparison.Ordinal) })
        {
            File.WriteAllText(key, broken);
            Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), (_workspace.Verify(_workspace.Artifact, "--key", key).Exit, _workspace.Verify(_workspace.Artifact, "--key", key).Reason));
        }

        File.WriteAllText(key, pem);
        var outcome = _workspace.Verify(_workspace.Artifact, "--key", key);
        Assert.Equal((ExitCode.Refused, "KEY_MISMATCH"), (outcome.Exit, outcome.Reason));
    }

    [Theory]
    [InlineData("--repo", "octo")]
    [InlineData("--repo", "octo/app/x")]
    [InlineData("--repo", "octo/")]
    [InlineData("--repo", "octo/..")]
    [InlineData("--repo", "https://github.com/octo/app")]
    [InlineData("--repo", "")]
    [InlineData("--owner", "")]
    [InlineData("--owner", "octo/app")]
    [InlineData("--signer-workflow", "release.yml")]
    [InlineData("--signer-workflow", "octo/app/.github/workflows/release.yml@refs/heads/main")]
    [InlineData("--cert-identity", "")]
    [InlineData("--cert-identity", "x\nVerified: x")]
    [InlineData("--cert-identity-regex", "")]
    [InlineData("--cert-identity-regex", "(")]
    [InlineData("--cert-identity-regex", "a)|(?:b")]
    [InlineData("--cert-identity-regex", "(a)\\1")]
    public void A_name_or_pattern_of_no_use_is_a_usage_error_and_nothing_is_read(string option, string value)
    {
        var outcome = _workspace.Verify("no such file", option, value);
        Assert.Equal((ExitCode.Usage, "USAGE", string.Empty), (outcome.Exit, outcome.Reason, outcome.Out));
    }

    [Theory]
    [InlineData("--cert-oidc-issuer", "")]
    [InlineData("--cert-oidc-issuer-regex", "[")]
    [InlineData("--source-ref", "")]
    [InlineData("--source-digest", "")]
    [InlineData("--predicate-type", "")]
    [InlineData("--bundle", "")]
    [InlineData("--event", "")]
    [InlineData("--environment", "")]
    [InlineData("--signer-digest", "")]
    [InlineData("--signer-repo", "octo")]
    [InlineData("--repo-id", "")]
    [InlineData("--repo-id", "074")]
    [InlineData("--owner-id", "-1")]
    [InlineData("--hostname", "")]
    [InlineData("--hostname", "https://github.com")]
    [InlineData("--hostname", "github")]
    [InlineData("--limit", "0")]
    [InlineData("--limit", "1001")]
    [InlineData("--limit", "many")]
    [InlineData("--digest-alg", "md5")]
    [InlineData("--checksums", "")]
    [InlineData("--jq", ".")]
    [InlineData("--template", "{{.}}")]
    public void An_empty_or_broken_value_never_reads_as_not_asked(string option, string value)
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        Assert.Equal(ExitCode.Usage, _workspace.VerifyAsRepository(option, value).Exit);
    }

    [Theory]
    [InlineData("--source-ref", "main", "refs/heads/main for a branch")]
    [InlineData("--source-digest", "1f2d", "git rev-parse 1f2d")]
    [InlineData("--signer-digest", "1f2d", "40 or 64 hexadecimal digits")]
    [InlineData("--predicate-type", "slsaprovenance1", "https://slsa.dev/provenance/v1")]
    [InlineData("--signer-repo", "https://github.com/octo/app", "leave out https://")]
    [InlineData("--format", "yaml", "--format is text, json, sarif or junit, and 'yaml' is none of them.")]
    [InlineData("--digest-alg", "md5", "sha256 or sha512")]
    public void A_value_that_could_only_mismatch_is_a_usage_error_that_says_what_to_write(string option, string value, string hint)
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = _workspace.VerifyAsRepository(option, value);
        Assert.Equal((ExitCode.Usage, string.Empty), (outcome.Exit, outcome.Out));
        Assert.Contains(hint, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha512:", 128)]
    [InlineData("sha1:", 40)]
    [InlineData("", 64)]
    public void A_digest_of_another_form_says_how_one_is_written(string prefix, int digits)
    {
        var outcome = _workspace.Verify(prefix + new string('a', digits), "--repo", "octo/app");
        Assert.Equal((ExitCode.Usage, "USAGE"), (outcome.Exit, outcome.Reason));
        Assert.Contains("sha256: and 64 hexadecimal digits", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("See signing-verifier verify --help.", "verify", "a", "--repositories", "octo/app")]
    [InlineData("See signing-verifier trust show --help.", "trust", "show", "--format", "yaml")]
    [InlineData("See signing-verifier trust update --help.", "trust", "update", "--trusted-root", "x")]
    [InlineData("See signing-verifier inspect --help.", "inspect")]
    [InlineData("See signing-verifier verify-release --help.", "verify-release", "dist")]
    public void A_usage_error_leads_to_the_help_of_its_own_command(string help, params string[] args)
    {
        var outcome = Outcome.Of(args);
        Assert.Equal(ExitCode.Usage, outcome.Exit);
        Assert.Contains(help, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_finds_its_text_somewhere_is_told_to_match_the_whole()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = _workspace.Verify(_workspace.Artifact, "--cert-identity-regex", "octo");
        Assert.Equal((ExitCode.Refused, "IDENTITY_MISMATCH"), (outcome.Exit, outcome.Reason));
        Assert.Contains("a match of the whole text with octo (a part is no match", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_issuer_is_asked_for_in_one_way()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        var outcome = _workspace.VerifyAsRepository("--cert-oidc-issuer", "https://evil.example", "--cert-oidc-issuer-regex", ".*");
        Assert.Equal((ExitCode.Usage, "USAGE"), (outcome.Exit, outcome.Reason));
    }

    [Theory]
    [InlineData]
    [InlineData("verify")]
    [InlineData("verifi", "app.zip")]
    [InlineData("verify", "a", "--repo", "octo/app", "--repo", "octo/other")]
    [InlineData("verify", "a", "--repo")]
    [InlineData("verify", "a", "--repositories", "octo/app")]
    [InlineData("verify", "a", "--repo", "octo/app", "--format", "yaml")]
    [InlineData("verify", "a", "--repo", "octo/app", "--format", "JSON")]
    public void A_command_line_that_cannot_be_read_exits_two_and_says_nothing_on_standard_output(params string[] args)
    {
        var outcome = Outcome.Of(args);
        Assert.Equal((ExitCode.Usage, string.Empty), (outcome.Exit, outcome.Out));
        Assert.StartsWith("signing-verifier: ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_registry_is_asked_or_it_is_not()
    {
        Assert.Equal(ExitCode.Usage, _workspace.VerifyAsRepository("--bundle-from-oci", "--offline").Exit);
        Assert.Equal(ExitCode.Usage, _workspace.VerifyAsRepository("--bundle-from-oci", "--bundle", _workspace.Bundle).Exit);
    }

    [Fact]
    public void A_signing_repository_alone_names_nobody() =>
        Assert.Equal((ExitCode.Usage, "USAGE"), (_workspace.Verify("app", "--signer-repo", "octo/app").Exit, _workspace.Verify("app", "--signer-repo", "octo/app").Reason));

    [Fact]
    public void A_name_that_begins_with_an_at_sign_is_a_file_and_not_a_list_of_arguments()
    {
        File.WriteAllText(_workspace.Under("@args"), "--help");
        var outcome = _workspace.Verify("@args", "--repo", "octo/app");
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), (outcome.Exit, outcome.Reason));
        Assert.Contains("@args does not exist", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>The options of <c>gh attestation verify</c>, with their short names.</summary>
    [Theory]
    [InlineData("--bundle", "-b")]
    [InlineData("--bundle-from-oci")]
    [InlineData("--cert-identity")]
    [InlineData("--cert-identity-regex", "-i")]
    [InlineData("--cert-oidc-issuer")]
    [InlineData("--custom-trusted-root")]
    [InlineData("--deny-self-hosted-runners")]
    [InlineData("--digest-alg", "-d")]
    [InlineData("--format")]
    [InlineData("--hostname")]
    [InlineData("--jq", "-q")]
    [InlineData("--limit", "-L")]
    [InlineData("--no-public-good")]
    [InlineData("--owner", "-o")]
    [InlineData("--predicate-type")]
    [InlineData("--repo", "-R")]
    [InlineData("--signer-digest")]
    [InlineData("--signer-repo")]
    [InlineData("--signer-workflow")]
    [InlineData("--source-digest")]
    [InlineData("--source-ref")]
    [InlineData("--template", "-t")]
    public void Every_option_of_gh_is_here_under_the_same_names(params string[] names)
    {
        foreach (var command in new[] { Verifier.Commands.VerifyCommand.Create(new Surroundings()), Verifier.Commands.VerifyReleaseCommand.Create(new Surroundings()) })
        {
            var option = Assert.Single(command.Options, option => option.Aliases.Append(option.Name).Contains(names[0]));
            Assert.All(names, name => Assert.Contains(name, option.Aliases.Append(option.Name)));
        }
    }

    [Fact]
    public void Bundles_of_a_registry_are_for_images_only()
    {
        var outcome = _workspace.Verify(_workspace.Artifact, "--repo", "octo/app", "--bundle-from-oci");
        Assert.Equal((ExitCode.Usage, "USAGE"), (outcome.Exit, outcome.Reason));
        Assert.Contains("--bundle-from-oci is for images", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_workspace.Network.Asked);
        Assert.Equal(ExitCode.Usage, _workspace.Verify("oci://registry.example/app@sha256:" + new string('a', 64), _workspace.Artifact, "--repo", "octo/app", "--bundle-from-oci").Exit);
    }

    [Fact]
    public void The_environment_names_the_host_as_it_does_for_gh_and_an_option_wins()
    {
        const string Server = "https://octo.ghe.com";
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes, Testing.InMemorySigstore.Workflow with
        {
            Issuer = "https://token.actions.octo.ghe.com",
            SignerUri = $"{Server}/octo/app/.github/workflows/release.yml@refs/heads/main",
            RepositoryUri = $"{Server}/octo/app",
            OwnerUri = $"{Server}/octo",
        }));
        Assert.Equal("ISSUER_MISMATCH", _workspace.VerifyAsRepository().Reason);
        _workspace.Variables["GH_HOST"] = "octo.ghe.com";
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
        Assert.Equal("ISSUER_MISMATCH", _workspace.VerifyAsRepository("--hostname", "github.com").Reason);
        _workspace.Variables["GH_HOST"] = "";
        Assert.Equal("ISSUER_MISMATCH", _workspace.VerifyAsRepository().Reason);
        _workspace.Variables["GH_HOST"] = "https://octo.ghe.com";
        var outcome = _workspace.VerifyAsRepository();
        Assert.Equal(ExitCode.Usage, outcome.Exit);
        Assert.Contains("GH_HOST is a host name", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_shows_every_option_examples_and_exit_codes()
    {
        var outcome = Outcome.Of("verify", "--help");
        Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
        string[] words =
        [
            "--bundle", "--trusted-root", "--repo", "--owner", "--signer-workflow", "--cert-identity", "--cert-identity-regex", "--cert-oidc-issuer",
            "--cert-oidc-issuer-regex", "--source-ref", "--source-digest", "--predicate-type", "--deny-self-hosted-runners", "--format", "--checksums", "--bundle-from-oci", "--offline", "--limit", "--hostname", "--digest-alg", "--custom-trusted-root",
            "--repo-id", "--owner-id", "--signer-repo", "--signer-digest", "--event", "--environment", "Examples:", "Exit codes:",
        ];
        Assert.All(words, word => Assert.Contains(word, outcome.Out, StringComparison.Ordinal));
    }

    [Fact]
    public void The_version_is_this_programs_own()
    {
        var outcome = Outcome.Of("--version");
        Assert.Equal(ExitCode.Verified, outcome.Exit);
        Assert.StartsWith("signing-verifier 0.", outcome.Out, StringComparison.Ordinal);
    }
}
