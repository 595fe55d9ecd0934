using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;
using SigningAction.Verifier.Trust;

namespace SigningAction.Verifier.Tests.Trust;

public sealed class TrustedRootsTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_built_in_trust_is_what_its_record_says()
    {
        foreach (var (name, bytes) in new[] { ("public-good.root.json", EmbeddedTrust.TufRoot()), ("public-good.trusted_root.json", EmbeddedTrust.TrustedRoot()) })
        {
            Assert.Contains($"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  {name}\n", Record(), StringComparison.Ordinal);
        }

        var root = TrustedRoot.Parse(EmbeddedTrust.TrustedRoot());
        Assert.Contains("https://log2025-1.rekor.sigstore.dev", root.Logs.Select(log => log.BaseUrl));
        Assert.Empty(root.LeftOut);
        Assert.True(Evidence.Trust.Tuf.TufTrust.Start(EmbeddedTrust.TufRoot(), DateTimeOffset.MinValue).RootVersion >= 16);
    }

    [Fact]
    public void Without_any_option_the_built_in_trust_is_shown_and_used_without_a_network()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        var shown = Run("trust", "show");
        Assert.Equal(ExitCode.Verified, shown.Exit);
        Assert.Contains("built in, from @sigstore/tuf", shown.Out, StringComparison.Ordinal);
        Assert.Contains("https://rekor.sigstore.dev", shown.Out, StringComparison.Ordinal);
        Assert.Matches("(?m)^  CT log +https://ctfe.sigstore.dev/2022 +PKIX_ECDSA_P256_SHA_256 +2022-10-20 00:00Z to now$", shown.Out);
        var json = Run("trust", "show", "--format", "json").Json;
        Assert.Equal("embedded", json.GetProperty("origin").GetProperty("kind").GetString());
        Assert.Equal(1, json.GetProperty("roots").GetArrayLength());

        // It is another instance's: its trust is not ours.
        Assert.Equal(ExitCode.Refused, Run("verify", _workspace.Artifact, "--repo", "octo/app").Exit);
    }

    [Theory]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.clienttrustconfig.v0.1+json\",\"trustedRoot\":{},\"signingConfig\":{}}", "a client trust config", "jq .trustedRoot")]
    [InlineData("{\n \"mediaType\": \"application/vnd.dev.sigstore.signingconfig.v0.2+json\"}", "a signing config", "trusted_root.json of the same instance")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}", "a bundle", "--bundle")]
    [InlineData("{\"mediaType\":\"application/vnd.dev.sigstore.bundle+json;version=0.1\"}\n{\"second\":1}", "a bundle", "--bundle")]
    [InlineData("{\"signed\":{},\"signatures\":[]}", "metadata of a TUF repository", "--tuf-root")]
    public void Another_file_given_as_trusted_root_is_told_by_its_name_with_what_to_do(string json, string what, string remedy)
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        File.WriteAllText(_workspace.TrustedRoot, json);
        var outcome = _workspace.VerifyAsRepository();
        Assert.Equal((ExitCode.NotChecked, "TRUSTED_ROOT_MALFORMED"), (outcome.Exit, outcome.Reason));
        Assert.Contains($"trusted_root.json is {what}", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_renewal_the_old_root_is_refused_by_the_key_that_it_has()
    {
        using var renewed = new InMemorySigstore();
        _workspace.With(renewed.Sign(_workspace.Bytes));
        var outcome = _workspace.VerifyAsRepository();
        Assert.Equal((ExitCode.Refused, "UNTRUSTED_ISSUER"), (outcome.Exit, outcome.Reason));
        Assert.Contains(Key(renewed), outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"has another: {Key(_workspace.Sigstore)}", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--trusted-root FILE", outcome.Error, StringComparison.Ordinal);

        static string Key(InMemorySigstore sigstore) =>
            Convert.ToHexStringLower(sigstore.TrustedRoot.CertificateAuthorities[0].Chain.Certificates[0].SubjectKeyId.Span[..8]);
    }

    [Fact]
    public void A_log_that_is_not_listed_is_named_beside_those_that_are()
    {
        using var other = new InMemorySigstore();
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        var root = JsonNode.Parse(_workspace.Sigstore.TrustedRoot.ToJson())!;
        root["tlogs"] = JsonNode.Parse(other.TrustedRoot.ToJson())!["tlogs"]!.DeepClone();
        File.WriteAllText(_workspace.TrustedRoot, root.ToJsonString());
        var outcome = _workspace.VerifyAsRepository();
        Assert.Equal((ExitCode.Refused, "LOG_UNTRUSTED"), (outcome.Exit, outcome.Reason));
        Assert.Contains($"is of log {Log(_workspace.Sigstore)}, which", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"it lists {Log(other)}.", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("--trusted-root FILE", outcome.Error, StringComparison.Ordinal);

        static string Log(InMemorySigstore sigstore)
        {
            var log = sigstore.TrustedRoot.Logs.First();
            return $"{log.Origin} ({log.LogId.ToString()[..16]})";
        }
    }

    [Fact]
    public void Trust_over_a_cap_or_with_a_bad_certificate_says_nothing_about_the_artifact()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        var root = Line(_workspace.Sigstore.TrustedRoot.ToJson());
        File.WriteAllLines(_workspace.TrustedRoot, Enumerable.Repeat(root, Limits.TrustedRoots + 1));
        AssertNotChecked(_workspace.VerifyAsRepository());

        var bad = JsonNode.Parse(root)!;
        bad["certificateAuthorities"]![0]!["certChain"]!["certificates"]![0]!["rawBytes"] = "AAAA";
        File.WriteAllText(_workspace.TrustedRoot, bad.ToJsonString());
        AssertNotChecked(_workspace.VerifyAsRepository());

        var tuf = JsonNode.Parse(EmbeddedTrust.TufRoot())!;
        for (var i = 0; i <= Limits.TufKeys; i++)
        {
            tuf["signatures"]!.AsArray().Add(new JsonObject { ["keyid"] = $"{i}", ["sig"] = "00" });
        }

        File.WriteAllText(_workspace.Under("root.json"), tuf.ToJsonString());
        AssertNotChecked(Run("verify", _workspace.Artifact, "--repo", "octo/app", "--tuf-root", _workspace.Under("root.json"), "--offline"));
        AssertNotChecked(Run("trust", "show", "--tuf-root", _workspace.Under("root.json")));
    }

    [Fact]
    public void Of_several_roots_the_one_that_issued_proves()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        File.WriteAllText(_workspace.TrustedRoot, Line(EmbeddedTrust.TrustedRoot()) + "\n" + Line(_workspace.Sigstore.TrustedRoot.ToJson()) + "\n\n");
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
        Assert.Contains("Root 2 of 2", Run("trust", "show", "--trusted-root", _workspace.TrustedRoot).Out, StringComparison.Ordinal);

        File.WriteAllText(_workspace.TrustedRoot, Line(EmbeddedTrust.TrustedRoot()) + "\n{}");
        Assert.Equal("TRUSTED_ROOT_MALFORMED", _workspace.VerifyAsRepository().Reason);
        File.WriteAllText(_workspace.TrustedRoot, Line(EmbeddedTrust.TrustedRoot()) + "\nx");
        Assert.Equal("TRUSTED_ROOT_MALFORMED", _workspace.VerifyAsRepository().Reason);
        File.WriteAllText(_workspace.TrustedRoot, "\n");
        Assert.Equal("TRUSTED_ROOT_MALFORMED", _workspace.VerifyAsRepository().Reason);
    }

    [Fact]
    public void Two_instances_of_one_name_are_both_asked()
    {
        using var twin = new InMemorySigstore();
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        File.WriteAllText(_workspace.TrustedRoot, Line(twin.TrustedRoot.ToJson()) + "\n" + Line(_workspace.Sigstore.TrustedRoot.ToJson()));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
        File.WriteAllText(_workspace.TrustedRoot, Line(twin.TrustedRoot.ToJson()));
        Assert.NotEqual(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
    }

    // K-10
    [Fact]
    public void Two_roots_with_different_keys_under_one_log_id_are_refused()
    {
        using var other = new InMemorySigstore("other.example");
        var json = JsonNode.Parse(other.TrustedRoot.ToJson())!;
        json["tlogs"]![0]!["logId"]!["keyId"] = Convert.ToBase64String(_workspace.Sigstore.LogNoteKey.FullId.ToArray());
        File.WriteAllText(_workspace.TrustedRoot, Line(_workspace.Sigstore.TrustedRoot.ToJson()) + "\n" + json.ToJsonString());
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        Assert.Equal("TRUSTED_ROOT_MALFORMED", _workspace.VerifyAsRepository().Reason);
    }

    [Theory]
    [InlineData("--tuf-url", "http://tuf.example")]
    [InlineData("--tuf-url", "ftp://tuf.example")]
    [InlineData("--tuf-url", "tuf.example")]
    [InlineData("--tuf-url", "https://user:secret@tuf.example")]
    [InlineData("--tuf-url", "https://tuf.example/?a=b")]
    [InlineData("--tuf-url", "")]
    [InlineData("--tuf-root", "")]
    [InlineData("--trusted-root", "")]
    public void An_option_that_names_no_trust_is_a_usage_error(string option, string value) =>
        Assert.Equal(ExitCode.Usage, Run("trust", "show", option, value).Exit);

    [Fact]
    public void A_file_and_a_repository_exclude_each_other()
    {
        Assert.Equal(ExitCode.Usage, Run("trust", "show", "--trusted-root", _workspace.TrustedRoot, "--tuf-url", "https://tuf.example").Exit);
        Assert.Equal(ExitCode.Usage, Run("trust", "update", "--trusted-root", _workspace.TrustedRoot).Exit);
    }

    private static void AssertNotChecked(Outcome outcome)
    {
        Assert.Equal(ExitCode.NotChecked, outcome.Exit);
        Assert.DoesNotContain("Ask whoever published the artifact", outcome.Error, StringComparison.Ordinal);
    }

    private static string Line(byte[] json) => JsonNode.Parse(json)!.ToJsonString();

    private static string Record()
    {
        using var reader = new StreamReader(typeof(EmbeddedTrust).Assembly.GetManifestResourceStream("trust/ORIGIN.txt")!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Runs with an empty cache and without a network.</summary>
    private Outcome Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var surroundings = new Surroundings
        {
            Variable = name => name == "XDG_CACHE_HOME" ? _workspace.Under("cache") : null,
            Network = () => throw new InvalidOperationException("The network was opened."),
        };
        return new Outcome((ExitCode)SigningVerifier.Run(args, output, error, surroundings), output.ToString(), error.ToString());
    }
}
