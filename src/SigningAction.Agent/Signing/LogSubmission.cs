using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Agent.Signing;

/// <summary>What a log is asked to keep: a signature, the certificate of its key, and the hash of what was signed.</summary>
/// <param name="Entry">As version 2 takes it.</param>
/// <param name="Envelope">The whole envelope of an attestation, which version 1 wants to see; null for a plain signature.</param>
public sealed record LogSubmission(HashedRekordEntry Entry, DsseEnvelope? Envelope)
{
    /// <summary>The submission for a bundle that has no entry yet.</summary>
    /// <param name="draft">Signature, certificate and perhaps timestamps.</param>
    /// <param name="content">SHA-256 of what was signed: the artifact, or the envelope's PAE.</param>
    /// <param name="keyDetails">Kind of the certificate's key.</param>
    public static LogSubmission Of(Bundle draft, Sha256Digest content, string keyDetails) => new(
        new HashedRekordEntry(content.ToArray(), draft.Signature, draft.Signer.Certificate, isCertificate: true, keyDetails), draft.Envelope);
}
