using System.Security.Cryptography;
using SigningAction.Authority.Wire;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// A <c>CreateEntryRequest</c> of Rekor v2: unknown members are refused, and the signature is verified before anything is logged. Who signed, and whether
/// a certificate was valid, is not asked: a log says that something was said, not that it was right.
/// </summary>
public static class EntryRequest
{
    private const string Member = "hashedRekordRequestV002";
    private const string EnvelopeMember = "dsseRequestV002";

    /// <summary>Reads a request and verifies what it says.</summary>
    /// <param name="body">JSON.</param>
    /// <returns>The entry to log; for an envelope it is the same <c>hashedrekord</c> over the hash of its PAE.</returns>
    /// <exception cref="RequestRefusedException">The request is not one, or its signature does not verify.</exception>
    public static HashedRekordEntry Read(byte[] body)
    {
        var request = ProtoObject.Parse(body);
        var record = request.Child(Member);
        var envelope = request.Child(EnvelopeMember);
        request.RefuseOthers();
        try
        {
            return (record, envelope) switch
            {
                ({ } given, null) => ReadRecord(given),
                (null, { } given) => ReadEnvelope(given),
                _ => throw Refused("REQUEST_MALFORMED", $"The request has not exactly one of {Member} and {EnvelopeMember}."),
            };
        }
        catch (EvidenceException e)
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, FailureCodes.Text(e.Code), e.Failure.Fault, null, e);
        }
    }

    private static HashedRekordEntry ReadRecord(ProtoObject record)
    {
        var digest = record.Bytes("digest");
        var signature = record.Child("signature") ?? throw Missing($"{Member}.signature");
        record.RefuseOthers();
        var content = signature.Bytes("content");
        var verifier = EntryVerifier.Read(signature.Child("verifier") ?? throw Missing($"{Member}.signature.verifier"));
        signature.RefuseOthers();
        return verifier.Entry(digest, content);
    }

    /// <summary>Rekor dropped the type in June 2026; sigstore-js still sends it. What is logged is what everybody else sends for the same envelope.</summary>
    private static HashedRekordEntry ReadEnvelope(ProtoObject request)
    {
        var given = request.Child("envelope") ?? throw Missing($"{EnvelopeMember}.envelope");
        var verifiers = request.Children("verifiers");
        request.RefuseOthers();
        if (verifiers.Count != 1)
        {
            throw Refused("SIGNATURE_COUNT", $"{EnvelopeMember} has {verifiers.Count} verifiers; one is needed, for the one signature.");
        }

        var envelope = DsseEnvelope.Parse(given.RawBytes);
        var verifier = EntryVerifier.Read(verifiers[0]);
        return verifier.Entry(CryptographicOperations.HashData(verifier.Key.Hash, envelope.PreAuthenticationEncoding()), envelope.Signature.ToArray());
    }

    private static RequestRefusedException Missing(string member) => Refused("REQUEST_MALFORMED", $"{member} is missing.");

    private static RequestRefusedException Refused(string code, string fault) => new(StatusCodes.Status400BadRequest, code, fault);
}
