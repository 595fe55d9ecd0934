using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Subjects;

/// <summary>A digest by which a subject can be verified: SHA-256, SHA-384 or SHA-512; weaker ones prove nothing and are not taken.</summary>
public sealed record SubjectDigest
{
    private static readonly Dictionary<int, string> ByLength = new() { [64] = "sha256", [96] = "sha384", [128] = "sha512" };

    private SubjectDigest(string algorithm, string hex)
    {
        Algorithm = algorithm;
        Hex = hex;
    }

    /// <summary>Its in-toto name.</summary>
    public string Algorithm { get; }

    /// <summary>Lower case hexadecimal.</summary>
    public string Hex { get; }

    /// <summary>A SHA-256.</summary>
    public static SubjectDigest Of(Sha256Digest digest) => new("sha256", digest.ToString());

    /// <summary>Reads hexadecimal digits of either case; the length says which algorithm it is.</summary>
    public static bool TryParseHex(string hex, [NotNullWhen(true)] out SubjectDigest? digest)
    {
        digest = ByLength.TryGetValue(hex.Length, out var algorithm) && hex.All(char.IsAsciiHexDigit)
            ? new SubjectDigest(algorithm, Convert.ToHexStringLower(Convert.FromHexString(hex)))
            : null;
        return digest is not null;
    }

    /// <summary>Reads <c>ALGORITHM:HEX</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SubjectDigest? digest)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        digest = colon > 0 && TryParseHex(text[(colon + 1)..], out var parsed) && parsed.Algorithm == text[..colon] ? parsed : null;
        return digest is not null;
    }

    /// <summary>
    /// What is verified against a bundle: something of which this digest alone is known. Evidence states the SHA-256 of whatever it verified; where only another
    /// algorithm is known that is all zeros, the digest of nothing: it matches no subject, and the agent does not look at it.
    /// </summary>
    public Artifact ToArtifact() => Sha256Digest.TryParseHex(Hex, out var sha256)
        ? Artifact.OfDigest(sha256)
        : Artifact.Hashed(algorithm => string.Equals(algorithm.Name, Algorithm, StringComparison.OrdinalIgnoreCase) ? Convert.FromHexString(Hex)
            : algorithm == HashAlgorithmName.SHA256 ? new byte[Sha256Digest.Size]
            : throw new AgentException(AgentFault.Internal, $"Only the {Algorithm} of a subject is known, and {algorithm.Name} was asked for."));

    /// <summary>As a statement's subject.</summary>
    public Subject ToSubject(string name) => new(name, new Dictionary<string, string>(StringComparer.Ordinal) { [Algorithm] = Hex });

    /// <inheritdoc/>
    public override string ToString() => $"{Algorithm}:{Hex}";
}
