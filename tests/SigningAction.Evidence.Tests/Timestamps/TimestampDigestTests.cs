using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Timestamps;

/// <summary>Who has only the digest verifies no less.</summary>
public sealed class TimestampDigestTests : IDisposable
{
    private readonly TestTimestampAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("SHA256")]
    [InlineData("SHA384")]
    [InlineData("SHA512")]
    public void A_stamp_is_verified_by_the_digest_that_it_was_asked_for(string hash)
    {
        var name = new HashAlgorithmName(hash);
        var digest = CryptographicOperations.HashData(name, "x"u8);
        var response = _authority.Signer.Stamp(
            new TimestampRequest(name, digest, [], requestCertificate: false), TestTimestampAuthority.Now, CertificateSerial.Create());
        Assert.Equal(TestTimestampAuthority.Now, TimestampVerifier.VerifyDigest(response, name, digest, [_authority.Pinned()]).Time);
        digest[0] ^= 1;
        Refusal.Is(FailureCode.TimestampMismatch, () => TimestampVerifier.VerifyDigest(response, name, digest, [_authority.Pinned()]));
    }

    [Fact]
    public void The_same_digest_under_the_name_of_another_hash_is_a_mismatch()
    {
        var digest = SHA256.HashData("x"u8);
        var response = _authority.Stamp("x"u8);
        Refusal.Is(FailureCode.TimestampMismatch, () => TimestampVerifier.VerifyDigest(response, HashAlgorithmName.SHA3_256, digest, [_authority.Pinned()]));
    }
}
