using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Timestamping;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Tests.Timestamping;

/// <summary>A key store that signs wrongly is not heard (L-21).</summary>
public sealed class OwnCheckTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stamp_that_its_readers_would_refuse_does_not_leave(bool isBroken)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = new FaultyKey();
        var builder = new AuthorityCertificateBuilder("octo", Now.AddDays(-1));
        var root = builder.TimestampRoot("root", rootKey, Now.AddYears(1));
        var leaf = builder.TimestampLeaf("stamps", VerificationKey.Of(key), root, rootKey, Now.AddYears(1));
        var service = new TimestampService([leaf, root], key, new ClockGuard(new FakeTimeProvider(Now), () => Now));
        key.IsBroken = isBroken;
        if (isBroken)
        {
            Assert.Equal(FailureCode.TimestampSignature, Assert.Throws<EvidenceException>(() => service.Stamp(TimestampRequest.ForSignature([1]))).Code);
        }
        else
        {
            Assert.NotEmpty(service.Stamp(TimestampRequest.ForSignature([1])));
        }
    }

    /// <summary>The right key, until the hardware behind it fails.</summary>
    private sealed class FaultyKey : ECDsa
    {
        private readonly ECDsa _inner = Create(ECCurve.NamedCurves.nistP256);

        public FaultyKey() => KeySizeValue = 256;

        public bool IsBroken { get; set; }

        public override byte[] SignHash(byte[] hash)
        {
            var signature = _inner.SignHash(hash);
            signature[^1] ^= (byte)(IsBroken ? 1 : 0);
            return signature;
        }

        public override bool VerifyHash(byte[] hash, byte[] signature) => _inner.VerifyHash(hash, signature);

        public override ECParameters ExportParameters(bool includePrivateParameters) => _inner.ExportParameters(includePrivateParameters);

        protected override byte[] HashData(byte[] data, int offset, int count, HashAlgorithmName hashAlgorithm) =>
            CryptographicOperations.HashData(hashAlgorithm, data.AsSpan(offset, count));

        protected override void Dispose(bool disposing)
        {
            _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
