using SigningAction.Authority.Exchange;
using SigningAction.Authority.Wire;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Issuance;

/// <summary>
/// A <c>CreateSigningCertificateRequest</c> of Fulcio: a token and one of two key forms. Unknown members are ignored, as Fulcio's gateway does; the stated key
/// algorithm too, because the key says it.
/// </summary>
public sealed class SigningCertRequest
{
    private readonly string? _publicKey;
    private readonly byte[] _proof;
    private readonly byte[]? _certificateRequest;

    private SigningCertRequest(string? token, string? publicKey, byte[] proof, byte[]? certificateRequest) =>
        (Token, _publicKey, _proof, _certificateRequest) = (token, publicKey, proof, certificateRequest);

    /// <summary>The OIDC token, a secret; null when none was sent.</summary>
    public string? Token { get; }

    /// <summary>Reads a request.</summary>
    /// <param name="body">JSON.</param>
    /// <param name="authorization">The Authorization header, where the token is when the body has none.</param>
    /// <exception cref="RequestRefusedException">The request is malformed.</exception>
    public static SigningCertRequest Read(byte[] body, string? authorization)
    {
        var request = ProtoObject.Parse(body);
        var token = request.Child("credentials")?.Text("oidcIdentityToken");
        if (string.IsNullOrEmpty(token))
        {
            token = Bearer(authorization);
        }

        var keyRequest = request.Child("publicKeyRequest");
        var certificateRequest = request.Bytes("certificateSigningRequest");
        if (keyRequest is null == (certificateRequest.Length == 0))
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest,
                "REQUEST_MALFORMED",
                "The request has not exactly one of publicKeyRequest and certificateSigningRequest.");
        }

        return keyRequest is null
            ? new SigningCertRequest(token, null, [], certificateRequest)
            : new SigningCertRequest(token, keyRequest.Child("publicKey")?.Text("content") ?? string.Empty, keyRequest.Bytes("proofOfPossession"), null);
    }

    /// <summary>The key, when its possession is proven.</summary>
    /// <exception cref="PossessionRefusedException">It is not.</exception>
    public VerificationKey ProveKey(VerifiedToken token) => _certificateRequest is { } request
        ? ProofOfPossession.OfRequest(request)
        : ProofOfPossession.OfPublicKey(token, _publicKey!, _proof);

    private static string? Bearer(string? authorization) =>
        authorization is not null && authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization["Bearer ".Length..].Trim() : null;
}
