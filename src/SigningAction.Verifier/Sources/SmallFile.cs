using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// Reads a whole file that has a cap, never more than one byte above it. Pipes are fine (<c>--trusted-root &lt;(…)</c>): the length is not asked.
/// </summary>
internal static class SmallFile
{
    private const int FirstBytes = 32 * 1024;

    /// <exception cref="ProblemException">It cannot be read, or is too large.</exception>
    public static byte[] ReadChecksums(string path) => ReadOwn(path, "checksum file", SourceLimits.ChecksumBytes);

    /// <exception cref="ProblemException">It cannot be read, or is too large.</exception>
    public static byte[] ReadDockerConfig(string path) => ReadOwn(path, "Docker configuration", SourceLimits.DockerConfigBytes);

    /// <exception cref="ProblemException">It cannot be read, or is too large.</exception>
    public static byte[] ReadPolicy(string path) => ReadOwn(path, "policy", Limits.PolicyBytes);

    /// <exception cref="EvidenceException"><see cref="FailureCode.TrustedRootMalformed"/>.</exception>
    /// <exception cref="ProblemException">It cannot be read.</exception>
    public static byte[] ReadTrustedRoot(string path) => Read(path, "trusted root", Limits.TrustedRootBytes, FailureCode.TrustedRootMalformed);

    /// <exception cref="EvidenceException"><see cref="FailureCode.TufMalformed"/>.</exception>
    /// <exception cref="ProblemException">It cannot be read.</exception>
    public static byte[] ReadTufRoot(string path) => Read(path, "TUF root", Limits.TufRootBytes, FailureCode.TufMalformed);

    /// <summary>A witness policy (C2SP tlog-policy).</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.WitnessPolicyMalformed"/>.</exception>
    /// <exception cref="ProblemException">It cannot be read.</exception>
    public static WitnessPolicy ReadWitnessPolicy(string path) =>
        WitnessPolicy.Parse(Read(path, "witness policy", Limits.WitnessPolicyBytes, FailureCode.WitnessPolicyMalformed));

    /// <summary>A certificate log's answer, which the signer handed on beside the bundle: evidence, as the bundle is.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SctMalformed"/>.</exception>
    /// <exception cref="ProblemException">It cannot be read.</exception>
    public static SignedCertificateTimestamp ReadDetachedSct(string path) =>
        SignedCertificateTimestamp.ParseAnswer(Read(path, "certificate timestamp", Limits.DetachedSctBytes, FailureCode.SctMalformed));

    /// <summary>A public key as PEM. One that is broken is the caller's own, as a broken trusted root is, and says nothing about the artifact.</summary>
    /// <exception cref="ProblemException">It cannot be read, or is no key that is accepted.</exception>
    public static VerificationKey ReadKey(string path)
    {
        try
        {
            var text = System.Text.Encoding.ASCII.GetString(Read(path, "key", Limits.PublicKeyCharacters, FailureCode.KeyUnsupported));
            return Pem.TryReadPublicKey(text, out var spki)
                ? VerificationKey.Parse(spki)
                : throw new EvidenceException(FailureCode.KeyUnsupported, "The key's file is no public key in PEM (BEGIN PUBLIC KEY).");
        }
        catch (EvidenceException e)
        {
            throw ProblemException.NotChecked(e.Failure.Fault, "Give the publisher's public key as PEM: ECDSA, RSA of 2048 bits and more, or Ed25519.", e);
        }
    }

    /// <summary>A file that is no evidence.</summary>
    private static byte[] ReadOwn(string path, string what, int most)
    {
        try
        {
            return Read(path, what, most, FailureCode.TooLarge);
        }
        catch (EvidenceException e)
        {
            throw ProblemException.NotChecked(e.Failure.Fault, "Give a smaller file.", e);
        }
    }

    private static byte[] Read(string path, string what, int most, FailureCode tooLarge)
    {
        try
        {
            using var file = InputFile.Open(path);
            var bytes = new byte[FirstBytes];
            var length = 0;
            for (int read; (read = file.Read(bytes.AsSpan(length))) > 0;)
            {
                length += read;
                if (length > most)
                {
                    throw new EvidenceException(tooLarge, $"The {what} has over {most} bytes.");
                }

                if (length == bytes.Length)
                {
                    Array.Resize(ref bytes, Math.Min(2 * length, most + 1));
                }
            }

            return bytes[..length];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw RegularFile.CannotRead(InputFile.Name(path), what, e);
        }
    }
}
