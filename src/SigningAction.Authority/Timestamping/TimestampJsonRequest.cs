using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using SigningAction.Authority.Wire;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;

namespace SigningAction.Authority.Timestamping;

/// <summary>The JSON form of a request (timestamp-authority's <c>openapi.yaml</c>), which sigstore-js sends.</summary>
public static class TimestampJsonRequest
{
    /// <summary>Digits of the largest nonce; more are refused before they are parsed (timestamp-authority parsed a nonce in quadratic time).</summary>
    private const int NonceDigits = Limits.TimestampNonceOctets * 2;

    /// <summary>Reads a request.</summary>
    /// <exception cref="RequestRefusedException">It is not one.</exception>
    public static TimestampRequest Read(byte[] body)
    {
        var json = ProtoObject.Parse(body);
        var digest = json.Bytes("artifactHash");
        var hash = json.Text("hashAlgorithm") switch
        {
            "sha256" => HashAlgorithmName.SHA256,
            "sha384" => HashAlgorithmName.SHA384,
            "sha512" => HashAlgorithmName.SHA512,
            _ => throw Malformed("hashAlgorithm is not one of sha256, sha384 and sha512."),
        };
        var nonce = Nonce(json.Number("nonce"));
        var certificates = json.Flag("certificates");
        var policy = json.Text("tsaPolicyOID");
        json.RefuseOthers();
        try
        {
            return new TimestampRequest(hash, digest, nonce, certificates, policy.Length == 0 ? null : policy);
        }
        catch (ArgumentException e)
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, "REQUEST_MALFORMED", "artifactHash has not the length of its hash.", null, e);
        }
    }

    private static byte[] Nonce(string? digits)
    {
        if (digits is null)
        {
            return [];
        }

        // A JSON number may also be 1e9 or 1.0; the API's is an integer, and a nonce that comes back changed is a failed verification.
        return digits.Length <= NonceDigits && BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var nonce)
            ? nonce.ToByteArray(isUnsigned: false, isBigEndian: true)
            : throw Malformed("nonce is not a whole number of this API's size.");
    }

    private static RequestRefusedException Malformed(string fault) => new(StatusCodes.Status400BadRequest, "REQUEST_MALFORMED", fault);
}
