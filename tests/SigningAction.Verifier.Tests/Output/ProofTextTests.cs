using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Trust;

namespace SigningAction.Verifier.Tests.Output;

/// <summary>The text of a proof names trust that the caller did not give.</summary>
public sealed class ProofTextTests : IDisposable
{
    private static readonly byte[] Bytes = [1, 2, 3];

    private readonly InMemorySigstore _sigstore = new();

    public void Dispose() => _sigstore.Dispose();

    [Theory]
    [InlineData("embedded", "@sigstore/tuf 5.0.1", "  Trusted by   built in, from @sigstore/tuf 5.0.1")]
    [InlineData("tuf", "https://tuf.example/", "  Trusted by   TUF repository https://tuf.example/")]
    public void Trust_that_was_not_given_as_a_file_is_named_in_one_line(string kind, string from, string line) =>
        Assert.Contains($"{line} (of {InMemorySigstore.Start:yyyy-MM-dd})\n", Text(kind, from), StringComparison.Ordinal);

    [Fact]
    public void Trust_that_was_given_as_a_file_is_not() => Assert.DoesNotContain("Trusted by", Text("file", "trusted_root.json"), StringComparison.Ordinal);

    private string Text(string kind, string from)
    {
        var proof = new Evidence.Verification.Verifier(_sigstore.TrustedRoot).Verify(
            _sigstore.Sign(Bytes), Artifact.OfBytes(Bytes), new VerificationPolicy { Repository = "octo/app" });
        return ProofText.Of("app.zip", proof, new TrustOrigin(kind, from, Sha256Digest.Of(Bytes), InMemorySigstore.Start)).ReplaceLineEndings("\n");
    }
}
