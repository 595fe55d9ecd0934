using SigningAction.Agent.Commands;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>What people write wrong into a step: told with what it is, where and what to do, and before it costs anything.</summary>
public sealed class ActionMistakesTests : IDisposable
{
    private readonly GitHubJob _job = new(new InMemorySigstore("sign.test"));

    public ActionMistakesTests()
    {
        _job.Set(ActionInputs.Authority, SmallSigstore.Url);
        _job.Set(ActionInputs.TrustedRoot, "");
        File.Delete(_job.Place.PathOf("root.json"));
    }

    /// <summary>Told before a token is asked for, with the name of the input and the directory as the annotation's file.</summary>
    [Fact]
    public async Task A_bundle_dir_that_cannot_be_written_is_told_before_anything_is_asked_for()
    {
        _job.Place.Write("a.zip", "a");
        _job.Place.Write("taken", "a file");
        _job.Set(ActionInputs.SubjectPath, "a.zip");
        foreach (var directory in new[] { "taken", "taken/below", "a.zip" })
        {
            _job.Set(ActionInputs.BundleDirectory, directory);
            await _job.RunAsync(AgentFaults.CouldNot);
            Assert.Contains($"::error file={directory},title=signing-agent%3A CANNOT_WRITE::The directory for the bundles", _job.Place.Error.ToString(), StringComparison.Ordinal);
        }

        Assert.Contains("Name a directory as bundle-dir", _job.Place.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_job.Sigstore.Asked);
    }

    [Fact]
    public void A_directory_without_the_right_to_write_is_told_the_same_way()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Files have no modes there.");
            return;
        }

        var closed = Directory.CreateDirectory(_job.Place.PathOf("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;
        var refused = OrdinaryAccount.Run(() => Assert.Throws<AgentException>(() => BundlePlaces.RequireWritable([Path.Combine(closed, "below", "a.zip.sigstore.json")])));
        Assert.Equal(AgentFault.CannotWrite, refused.Fault);
        Assert.Contains("bundle-dir", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_signs_nothing_leaves_no_directory_behind()
    {
        _job.Place.Write("a.zip", "a");
        _job.Set(ActionInputs.SubjectPath, "a.zip");
        _job.Set(ActionInputs.DryRun, "true");
        await _job.RunAsync(AgentFaults.Success);
        Assert.Equal([".summary", "a.zip", "app.zip"], Directory.GetFileSystemEntries(_job.Place.Directory_).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("subject-checksums", "sums.txt", "zz  x", 1)]
    [InlineData("predicate-path", "p.json", "{\n \"a\": 1,\n}", 3)]
    [InlineData("sbom-path", "sbom.json", "{\n oops", 2)]
    public async Task What_is_wrong_in_a_line_of_a_file_is_an_annotation_of_that_line(string input, string file, string content, int line)
    {
        _job.Place.Write("a.zip", "a");
        _job.Place.Write(file, content);
        _job.Set(ActionInputs.SubjectPath, input == "subject-checksums" ? "" : "a.zip");
        _job.Set(ActionInputs.PredicateType, input == "predicate-path" ? "https://example.com/p" : "");
        _job.Place.Variables["INPUT_" + input.ToUpperInvariant()] = file;
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains($"::error file={file},line={line},title=signing-agent%3A USAGE::", _job.Place.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("subject-checksums")]
    [InlineData("sbom-path")]
    [InlineData("predicate-path")]
    [InlineData("trusted-root")]
    [InlineData("signing-config")]
    [InlineData("tuf-root")]
    public async Task A_file_that_is_named_and_is_not_there_is_a_usage_error_before_anything_is_asked_for(string input)
    {
        _job.Place.Write("a.zip", "a");
        _job.Set(ActionInputs.SubjectPath, input == "subject-checksums" ? "" : "a.zip");
        _job.Set(ActionInputs.PredicateType, input == "predicate-path" ? "https://example.com/p" : "");
        _job.Set(ActionInputs.TufUrl, input == "tuf-root" ? "https://tuf.test" : "");
        _job.Place.Variables["INPUT_" + input.ToUpperInvariant()] = "missing.json";
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains("USAGE::'missing.json' cannot be read: there is no such file. Check the path", _job.Place.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_job.Sigstore.Asked);
    }

    /// <summary>Hashing may take minutes, and what is said of the services is known at once.</summary>
    [Theory]
    [InlineData("authority", "publicgood", "authority is none of what it may be: the https URL of a signing authority")]
    [InlineData("authority", "signing.example.com", "public-good, or github")]
    [InlineData("authority", "http://signing.example.com", "public-good, or github")]
    [InlineData("trusted-root", "missing.json", "there is no such file")]
    [InlineData("trusted-root", "bad.json", "is not usable")]
    [InlineData("signing-config", "bad.json", "is not usable")]
    public async Task What_is_wrong_with_the_services_is_told_before_a_file_is_looked_for(string input, string value, string sentence)
    {
        _job.Place.Write("bad.json", "[]");
        _job.Set(ActionInputs.SubjectPath, "nothing-has-this-name.zip");
        _job.Place.Variables["INPUT_" + input.ToUpperInvariant()] = value;
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains(sentence, _job.Place.Error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("NO_MATCH", _job.Place.Error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _job.Dispose();
}
