using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Verifier.Commands;

namespace SigningAction.Verifier.Tests.Commands;

public sealed class ManyTargetsTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Every_target_has_its_verdict_in_the_order_it_was_asked_for()
    {
        var names = Enumerable.Range(0, 40).Select(i => Signed($"file{i}")).ToArray();
        var outcome = _workspace.Verify([.. names, "--repo", "octo/app", "--format", "json"]);
        Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
        Assert.Equal(names, Lines(outcome).Select(line => line.GetProperty("artifact").GetProperty("name").GetString()));
    }

    [Fact]
    public void One_refusal_makes_the_run_a_refusal_and_one_unread_file_makes_it_unchecked()
    {
        var good = Signed("good");
        var missing = _workspace.Under("missing");
        Assert.Equal(ExitCode.NotChecked, _workspace.Verify(good, missing, "--repo", "octo/app").Exit);
        var outcome = _workspace.Verify(good, missing, _workspace.Artifact, "--repo", "octo/app");
        Assert.Equal(ExitCode.Refused, outcome.Exit);
        Assert.Contains("Verified: ", outcome.Out, StringComparison.Ordinal);
        Assert.EndsWith("1 verified, 1 refused, 1 not checked\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void One_bundle_that_satisfies_is_enough_and_the_others_do_not_matter()
    {
        var other = _workspace.Under("other.json");
        File.WriteAllBytes(other, _workspace.Sigstore.Sign("another"u8.ToArray()).ToJson());
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository("--bundle", other, "--bundle", _workspace.Bundle).Exit);
        Assert.Equal((ExitCode.Refused, "DIGEST_MISMATCH"), Verdict(_workspace.VerifyAsRepository("--bundle", other)));
    }

    [Fact]
    public void Work_that_fails_ends_the_run_after_what_came_before_it()
    {
        var done = new List<int>();
        Assert.Throws<InvalidTimeZoneException>(() => InOrder.Run(1000, 4, i => i == 500 ? throw new InvalidTimeZoneException() : i, done.Add));
        Assert.Equal(Enumerable.Range(0, 500), done);
    }

    private static (ExitCode Exit, string Reason) Verdict(Outcome outcome) => (outcome.Exit, outcome.Reason);

    private static IEnumerable<JsonElement> Lines(Outcome outcome) =>
        outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line));

    private string Signed(string name)
    {
        var path = _workspace.Under(name);
        var bytes = System.Text.Encoding.UTF8.GetBytes(name);
        File.WriteAllBytes(path, bytes);
        File.WriteAllBytes(path + ".sigstore.json", _workspace.Sigstore.Sign(bytes).ToJson());
        return path;
    }
}
