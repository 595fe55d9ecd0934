using System.Security.Cryptography;
using CsCheck;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class HashAlgorithmsTests
{
    private static readonly HashAlgorithmName[] Accepted = [HashAlgorithmName.SHA256, HashAlgorithmName.SHA384, HashAlgorithmName.SHA512];

    [Fact]
    public void Two_pieces_hash_as_the_platform_hashes_them_together() =>
        Gen.Select(Gen.OneOfConst(Accepted), Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 300]).Sample((hash, first, second) =>
        {
            var digest = new byte[HashAlgorithms.Size(hash)];
            HashAlgorithms.Hash(hash, first, second, digest);
            Assert.Equal(CryptographicOperations.HashData(hash, [.. first, .. second]), digest);
        });

    [Fact]
    public void Any_pieces_hash_as_the_platform_hashes_them_together() =>
        Gen.Select(Gen.OneOfConst(Accepted), Gen.Byte.Array[0, 300].List[0, 6]).Sample((hash, pieces) =>
        {
            using var running = new RunningHash(hash);
            pieces.ForEach(piece => running.Append(piece));
            Assert.Equal(CryptographicOperations.HashData(hash, [.. pieces.SelectMany(piece => piece)]), running.Finish());
        });

    [Fact]
    public void A_running_hash_that_is_not_accepted_is_not_started() => Assert.Throws<ArgumentException>(() => new RunningHash(HashAlgorithmName.SHA1));

    [Fact]
    public void OpenSSL_knows_every_accepted_hash_on_Linux()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the platform hashes.");
        Assert.All(Accepted, hash => Assert.True(LibCrypto.TryHash(hash, [], [1], new byte[HashAlgorithms.Size(hash)])));
    }

    [Fact]
    public void A_hash_that_is_not_accepted_is_left_to_nobody() => Assert.False(LibCrypto.TryHash(HashAlgorithmName.SHA1, [], [1], new byte[20]));
}
