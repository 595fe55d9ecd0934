using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// Proof that a caller has the private key to the public key that he wants certified, in the two forms of Fulcio's API. Both give the key
/// and nothing else: subject, names and extensions of a certificate request are never read, so they cannot reach a certificate.
/// </summary>
public static class ProofOfPossession
{
    private const string KeyLabel = "PUBLIC KEY";
    private const string RequestLabel = "CERTIFICATE REQUEST";

    /// <summary>
    /// A public key and a signature over the token's subject, or over its verified e-mail address, by the key's own algorithm and hash. Clients differ in which they sign
    /// (sigstore's <c>oauthflow</c> takes the address wherever there is one); either ties the key to this token, and to nothing that is decided.
    /// </summary>
    /// <param name="token">Whose <c>sub</c> or <c>email</c>, in UTF-8, is signed.</param>
    /// <param name="publicKey">PEM of a SubjectPublicKeyInfo; or its DER, a character a byte.</param>
    /// <param name="proof">The signature: DER for ECDSA, PKCS#1 v1.5 for RSA, pure for Ed25519.</param>
    /// <exception cref="PossessionRefusedException">Key or signature is not accepted.</exception>
    public static VerificationKey OfPublicKey(VerifiedToken token, string publicKey, ReadOnlySpan<byte> proof)
    {
        if (publicKey.Length > Limits.PublicKeyCharacters)
        {
            throw new PossessionRefusedException(PossessionRefusal.KeyMalformed);
        }

        var spki = ReadPem(publicKey, KeyLabel) ?? ReadBytes(publicKey) ?? throw new PossessionRefusedException(PossessionRefusal.KeyMalformed);
        var key = ReadKey(spki);
        return key.Verify(Encoding.UTF8.GetBytes(token.Subject), proof) || (token.Email is { } email && key.Verify(Encoding.UTF8.GetBytes(email), proof))
            ? key
            : throw new PossessionRefusedException(PossessionRefusal.ProofInvalid);
    }

    /// <summary>A PKCS#10 certificate request (RFC 2986), whose own signature is the proof.</summary>
    /// <param name="pem">PEM text of the request (the JSON member is base64 of this).</param>
    /// <exception cref="PossessionRefusedException">Request, key or signature is not accepted.</exception>
    public static VerificationKey OfRequest(ReadOnlySpan<byte> pem)
    {
        if (pem.Length > Limits.CertificateRequestBytes || !Ascii.IsValid(pem) || ReadPem(Encoding.ASCII.GetString(pem), RequestLabel) is not { } der)
        {
            throw new PossessionRefusedException(PossessionRefusal.RequestMalformed);
        }

        var request = KeyRequest.Read(der);
        var key = ReadKey(request.Spki);
        if (request.SignatureAlgorithm != KeyRequest.AlgorithmOf(key.Algorithm))
        {
            throw new PossessionRefusedException(PossessionRefusal.AlgorithmNotAllowed);
        }

        return key.Verify(request.Signed.Span, request.Signature.Span)
            ? key
            : throw new PossessionRefusedException(PossessionRefusal.ProofInvalid);
    }

    private static VerificationKey ReadKey(ReadOnlyMemory<byte> spki)
    {
        try
        {
            var key = VerificationKey.Parse(spki.Span);
            return PublishedKeys.Contains(key.Id) || (key.Algorithm == KeyAlgorithm.RsaPkcs1 && WeakRsa.IsWeak(spki))
                ? throw new PossessionRefusedException(PossessionRefusal.KeyInsecure)
                : key;
        }
        catch (EvidenceException e)
        {
            // Bytes that are no key and a key that is not accepted have one code in Evidence; the inner exception tells them apart.
            throw new PossessionRefusedException(
                e.InnerException is AsnContentException ? PossessionRefusal.KeyMalformed : PossessionRefusal.KeyInsecure, e);
        }
    }

    /// <summary>The one PEM block of this label, with nothing but line ends around it; else null.</summary>
    private static byte[]? ReadPem(string text, string label)
    {
        var trimmed = text.AsSpan().Trim("\r\n");
        if (!PemEncoding.TryFind(trimmed, out var fields)
            || !trimmed[fields.Label].SequenceEqual(label)
            || fields.Location.GetOffsetAndLength(trimmed.Length) != (0, trimmed.Length))
        {
            return null;
        }

        var bytes = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64Chars(trimmed[fields.Base64Data], bytes, out var written) ? bytes[..written] : null;
    }

    private static byte[]? ReadBytes(string text)
    {
        if (text.AsSpan().ContainsAnyExceptInRange('\0', '\xFF'))
        {
            return null;
        }

        return Encoding.Latin1.GetBytes(text);
    }
}
