using SigningAction.Testing;

namespace SigningAction.Verifier.Tests.Commands;

/// <summary><c>--no-public-good</c>, as <c>gh</c> means it.</summary>
public sealed class NoPublicGoodTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Without_another_trusted_root_it_leaves_nobody_to_trust()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        var outcome = Outcome.Of("verify", _workspace.Artifact, "--repo", "octo/app", "--no-public-good");
        Assert.Equal(ExitCode.Usage, outcome.Exit);
        Assert.Contains("leaves nobody to trust", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_instance_signed_is_verified()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository("--no-public-good").Exit);
    }

    [Fact]
    public void What_the_public_good_instance_signed_is_refused_although_its_root_is_trusted()
    {
        using var instance = new InMemorySigstore(organization: "sigstore.dev");
        File.WriteAllBytes(_workspace.TrustedRoot, instance.TrustedRoot.ToJson());
        _workspace.With(instance.Sign(_workspace.Bytes));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);

        var outcome = _workspace.VerifyAsRepository("--no-public-good");
        Assert.Equal((ExitCode.Refused, "UNTRUSTED_ISSUER"), (outcome.Exit, outcome.Reason));
        Assert.Contains("--no-public-good refuses it", outcome.Error, StringComparison.Ordinal);
    }
}
