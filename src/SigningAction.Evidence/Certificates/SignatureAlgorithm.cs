using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// What an AlgorithmIdentifier says about a signature: family of the key and hash. The default value accepts nothing.
/// A certificate authority may sign with another hash than its curve suggests, so the hash comes from here and not from the key.
/// </summary>
internal readonly record struct SignatureAlgorithm
{
    private readonly Family _family;
    private readonly HashAlgorithmName _hash;

    private SignatureAlgorithm(Family family, HashAlgorithmName hash)
    {
        _family = family;
        _hash = hash;
    }

    private enum Family
    {
        None = 0,
        Ecdsa,
        Rsa,
        RsaPss,
        Ed25519,
    }

    /// <summary>Whether the algorithm is one that can verify at all.</summary>
    public bool IsAccepted => _family != Family.None;

    /// <summary>
    /// Reads an AlgorithmIdentifier. An algorithm that is not accepted gives the default value: an anchor may be signed with anything,
    /// because nobody verifies that signature. <paramref name="digest"/> is the hash beside a bare rsaEncryption in CMS (RFC 3370, section 3.2).
    /// </summary>
    /// <exception cref="AsnContentException">It does not parse, or has parameters that its specification does not allow.</exception>
    public static SignatureAlgorithm Read(AsnReader reader, HashAlgorithmName? digest = null)
    {
        var algorithm = reader.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        SignatureAlgorithm result = oid switch
        {
            Oids.EcdsaWithSha256 => new(Family.Ecdsa, HashAlgorithmName.SHA256),
            Oids.EcdsaWithSha384 => new(Family.Ecdsa, HashAlgorithmName.SHA384),
            Oids.EcdsaWithSha512 => new(Family.Ecdsa, HashAlgorithmName.SHA512),
            Oids.Sha256WithRsa => new(Family.Rsa, HashAlgorithmName.SHA256),
            Oids.Sha384WithRsa => new(Family.Rsa, HashAlgorithmName.SHA384),
            Oids.Sha512WithRsa => new(Family.Rsa, HashAlgorithmName.SHA512),
            Oids.RsaEncryption when digest is { } hash => new(Family.Rsa, hash),
            Oids.RsaPss when algorithm.HasData => ReadPss(algorithm.ReadSequence()),
            Oids.Ed25519 => new(Family.Ed25519, default),
            _ => default,
        };
        if (result._family == Family.Rsa)
        {
            algorithm.ReadNull(); // RFC 4055, section 5: the parameters MUST be NULL.
        }

        if (result.IsAccepted)
        {
            algorithm.ThrowIfNotEmpty();
        }

        return result;
    }

    /// <summary>Verifies with <paramref name="key"/>; false also when the key is of another family.</summary>
    public bool Verify(VerificationKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => _family switch
    {
        Family.Ecdsa => key.Algorithm is KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384 or KeyAlgorithm.EcdsaP521
            && key.Verify(data, signature, _hash),
        Family.Rsa => key.Algorithm == KeyAlgorithm.RsaPkcs1 && key.Verify(data, signature, _hash),
        Family.RsaPss => key.Algorithm == KeyAlgorithm.RsaPkcs1 && key.VerifyPss(data, signature, _hash),
        Family.Ed25519 => key.Algorithm == KeyAlgorithm.Ed25519 && key.Verify(data, signature),
        _ => false,
    };

    /// <summary>
    /// RSASSA-PSS-params (RFC 4055, section 3.1): one accepted hash, MGF1 with the same, a salt as long as the hash. Every default is SHA-1 or 20, so none may be
    /// left out; other parameters give the default value, which accepts nothing.
    /// </summary>
    private static SignatureAlgorithm ReadPss(AsnReader parameters)
    {
        static AsnReader Explicit(AsnReader reader, int number) => reader.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, number));
        if (!parameters.NextIs(0))
        {
            return default;
        }

        var hash = HashAlgorithms.Read(Explicit(parameters, 0));
        if (hash is not { } name || !parameters.NextIs(1))
        {
            return default;
        }

        var mask = Explicit(parameters, 1).ReadSequence();
        if (mask.ReadObjectIdentifier() != Oids.Mgf1 || HashAlgorithms.Read(mask) != name || !parameters.NextIs(2)
            || !Explicit(parameters, 2).TryReadInt32(out var salt) || salt != HashAlgorithms.Size(name))
        {
            return default;
        }

        parameters.ThrowIfNotEmpty(); // trailerField [3] has one value, its default, which DER leaves out.
        return new(Family.RsaPss, name);
    }
}
