using SigningAction.Authority.Wire;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// Who may write to the signature log: unless it is open to anybody, whoever has a certificate of this authority, of any set that it issues or issued from, for as long
/// as he likes: an honest signer may log hours after his certificate ended. What was verified once, or issued here, is remembered by its exact bytes, so an append
/// costs one look. Safe for concurrent use.
/// </summary>
/// <param name="whose">Whose signatures are taken.</param>
/// <param name="root">What this authority asks to be trusted with.</param>
public sealed class LogSigners(EntrySigners whose, TrustedRoot root)
{
    /// <summary>The reason of a refusal.</summary>
    public const string Foreign = "SIGNER_FOREIGN";

    /// <summary>Certificates remembered, some 100 bytes each; only this authority's come in.</summary>
    private const int Capacity = 16_384;

    private readonly Lock _gate = new();
    private readonly HashSet<Sha256Digest> _own = [];
    private readonly Queue<Sha256Digest> _order = [];

    /// <summary>Takes a certificate that was just issued here: its entry comes seconds later.</summary>
    /// <param name="certificate">SHA-256 of its DER.</param>
    public void Keep(Sha256Digest certificate) => Remember(certificate);

    /// <summary>The key of a certificate that may write.</summary>
    /// <exception cref="RequestRefusedException">403: it was not issued here.</exception>
    /// <exception cref="EvidenceException">The key is not accepted.</exception>
    internal VerificationKey KeyOf(Certificate certificate)
    {
        if (whose != EntrySigners.Anybody)
        {
            RequireOwn(certificate);
        }

        return certificate.Key;
    }

    /// <summary>A bare public key.</summary>
    /// <param name="spki">DER.</param>
    /// <exception cref="RequestRefusedException">403: the log is not open to anybody.</exception>
    /// <exception cref="EvidenceException">The key is not accepted.</exception>
    internal VerificationKey KeyOf(byte[] spki) => whose == EntrySigners.Anybody
        ? VerificationKey.Parse(spki)
        : throw Refused("The log takes signatures of certificates that this authority issued; this one is of a bare public key.");

    private void RequireOwn(Certificate certificate)
    {
        var digest = Sha256Digest.Of(certificate.RawBytes.Span);
        lock (_gate)
        {
            if (_own.Contains(digest))
            {
                return;
            }
        }

        try
        {
            // As a verifier would, at the one time for which every certificate of ours vouches: its start.
            CertificateVerifier.Verify(SigningCertificate.Parse(certificate.RawBytes), [certificate.NotBefore], root);
        }
        catch (EvidenceException e)
        {
            throw Refused("The log takes signatures of certificates that this authority issued; this one is of another certificate.", e);
        }

        Remember(digest);
    }

    private void Remember(Sha256Digest digest)
    {
        lock (_gate)
        {
            if (_own.Add(digest))
            {
                _order.Enqueue(digest);
                if (_order.Count > Capacity)
                {
                    _own.Remove(_order.Dequeue());
                }
            }
        }
    }

    private static RequestRefusedException Refused(string fault, Exception? inner = null)
    {
        const string Remedy = "Sign with a certificate of this authority (a pipeline that its policy allows gets one), or ask its administrator to open the log (ledger.signers).";
        return inner is null
            ? new RequestRefusedException(StatusCodes.Status403Forbidden, Foreign, fault, Remedy)
            : new RequestRefusedException(StatusCodes.Status403Forbidden, Foreign, fault, Remedy, inner);
    }
}
