using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Policy;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Policy.Language;
using SigningAction.Testing.Policy;

namespace SigningAction.Authority.Tests.Policy;

public sealed class PolicyStoreTests : IDisposable
{
    private const string DenyAll = "version: 1\nallow: none\n";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("policy-");
    private readonly FakeTimeProvider _time = new();

    private string File => Path.Combine(_directory.FullName, PolicyFile.DefaultName);

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_changed_file_comes_into_force_without_a_restart()
    {
        using var store = Open(DenyAll);
        Assert.Equal(PolicyReason.NoRules, store.Current.Policy.Decide(SamplePipelines.Release).Reason);

        Write(PolicyTexts.Valid);
        Look(2);
        Assert.True(store.Current.Policy.Decide(SamplePipelines.Release).IsAllowed);
        Assert.Equal(_time.GetUtcNow(), store.Current.Since);

        Write(DenyAll);
        Look(2);
        Assert.Equal(PolicyReason.NoRules, store.Current.Policy.Decide(SamplePipelines.Release).Reason);
        Assert.Null(store.LoadError);
    }

    [Theory] // P-13
    [InlineData("version: 1\nallow: []\n")]
    [InlineData("repositry_id: 5")]
    [InlineData("")]
    public void A_broken_file_keeps_the_policy_in_force_and_shows(string broken)
    {
        using var store = Open(PolicyTexts.Valid);
        var before = store.Current;
        Write(broken);
        Look(2);
        Assert.Same(before, store.Current);
        Assert.True(store.Current.Policy.Decide(SamplePipelines.Release).IsAllowed);
        Assert.NotEmpty(store.LoadError!.Errors);
        Assert.All(store.LoadError.Errors, error => Assert.Equal(File, error.File));

        var since = store.LoadError.Since;
        Look(5);
        Assert.Equal(since, store.LoadError.Since);
    }

    [Fact]
    public void A_file_that_is_mended_comes_into_force_and_the_error_goes()
    {
        using var store = Open(PolicyTexts.Valid);
        Write("version: 1\n");
        Look(2);
        Assert.NotNull(store.LoadError);
        Write(PolicyTexts.Valid);
        Look(2);
        Assert.Null(store.LoadError);
        Write("version: 1\n");
        Look(2);
        Write(DenyAll);
        Look(2);
        Assert.Null(store.LoadError);
        Assert.Equal(PolicyReason.NoRules, store.Current.Policy.Decide(SamplePipelines.Release).Reason);
    }

    [Fact]
    public void A_deleted_file_keeps_the_policy_in_force_and_shows()
    {
        using var store = Open(PolicyTexts.Valid);
        System.IO.File.Delete(File);
        Look(1);
        Assert.True(store.Current.Policy.Decide(SamplePipelines.Release).IsAllowed);
        Assert.Contains("could not be read", Assert.Single(store.LoadError!.Errors).Message, StringComparison.Ordinal);

        Write(PolicyTexts.Valid);
        Look(2);
        Assert.Null(store.LoadError);
    }

    [Fact] // Half a policy may be a valid one without its last rules.
    public void A_file_that_is_being_written_is_not_judged_until_two_looks_agree()
    {
        using var store = Open(DenyAll);
        Write(PolicyTexts.Valid);
        Look(1);
        Assert.Equal(PolicyReason.NoRules, store.Current.Policy.Decide(SamplePipelines.Release).Reason);
        Write(PolicyTexts.Valid + "deny:\n  - name: machines\n    runner: github-hosted\n");
        Look(1);
        Assert.Equal(PolicyReason.NoRules, store.Current.Policy.Decide(SamplePipelines.Release).Reason);
        Look(1);
        Assert.Equal(PolicyReason.DeniedByRule, store.Current.Policy.Decide(SamplePipelines.Release).Reason);
    }

    [Fact] // P-14
    public void A_policy_that_was_taken_does_not_change_under_its_reader()
    {
        using var store = Open(PolicyTexts.Valid);
        var taken = store.Current.Policy;
        Write(DenyAll);
        Look(2);
        var decision = taken.Decide(SamplePipelines.Release);
        Assert.True(decision.IsAllowed);
        Assert.Equal(taken.Version, decision.PolicyVersion);
        Assert.NotEqual(taken.Version, store.Current.Policy.Decide(SamplePipelines.Release).PolicyVersion);
    }

    [Fact]
    public void A_change_of_a_comment_is_a_new_version()
    {
        using var store = Open(PolicyTexts.Valid);
        var before = store.Current.Policy.Version;
        Write(PolicyTexts.Valid + "# reviewed\n");
        Look(2);
        Assert.NotEqual(before, store.Current.Policy.Version);
    }

    [Fact]
    public void Without_a_policy_to_fall_back_on_a_broken_or_missing_file_does_not_open()
    {
        _ = Assert.Throws<FileNotFoundException>(() => PolicyStore.Open(File, _time, NullLogger<PolicyStore>.Instance));
        Assert.NotEmpty(Assert.Throws<PolicyLoadException>(() => Open("version: 1\n")).Errors);
    }

    private PolicyStore Open(string text)
    {
        Write(text);
        return PolicyStore.Open(File, _time, NullLogger<PolicyStore>.Instance);
    }

    private void Write(string text) => System.IO.File.WriteAllText(File, text);

    private void Look(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _time.Advance(PolicyStore.Interval);
        }
    }
}
