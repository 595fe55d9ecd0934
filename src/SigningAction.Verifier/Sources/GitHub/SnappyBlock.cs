using SigningAction.Evidence.Verification;
using Snappier;

namespace SigningAction.Verifier.Sources.GitHub;

/// <summary>Snappy's block format (not framed): how GitHub keeps bundles. The stated size is checked before anything is allocated.</summary>
internal static class SnappyBlock
{
    /// <summary>The bytes that were compressed.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TooLarge"/> or <see cref="FailureCode.BundleMalformed"/>.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> block, int most)
    {
        try
        {
            var length = Snappy.GetUncompressedLength(block);
            if (length > most || length < 0)
            {
                throw new EvidenceException(FailureCode.TooLarge, $"The compressed bundle has over {most} bytes.");
            }

            var bytes = new byte[length];
            return Snappy.Decompress(block, bytes) == length ? bytes : throw new InvalidDataException();
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or ArgumentException)
        {
            throw new EvidenceException(FailureCode.BundleMalformed, "The bundle is not compressed as GitHub compresses (a Snappy block).", e);
        }
    }
}
