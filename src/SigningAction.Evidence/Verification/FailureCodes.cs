using System.Text;

namespace SigningAction.Evidence.Verification;

/// <summary>Text and remedy of each <see cref="FailureCode"/>.</summary>
public static class FailureCodes
{
    private const string AskAuthor = "Ask whoever published the artifact for an intact bundle.";
    private const string OtherArtifact = "Do not use this artifact; get artifact and bundle again from their source.";
    private const string UpdateTrust = "Give the newest trusted root of the instance that signed: --trusted-root FILE (signing-authority trust writes it), or signing-verifier trust update where TUF serves it.";
    private const string CheckPolicy = "If this signer is expected, correct the option; if not, do not use the artifact.";

    private static readonly Dictionary<FailureCode, string> Texts =
        Enum.GetValues<FailureCode>().ToDictionary(code => code, UpperSnake);

    /// <summary>The stable text of a code, for example <c>LOG_ENTRY_MISMATCH</c>.</summary>
    public static string Text(FailureCode code) => Texts[code];

    /// <summary>What a caller can do about it, one sentence.</summary>
    public static string Remedy(FailureCode code) => code switch
    {
        FailureCode.NoBundle => "Give the bundle with --bundle, name an authority that may keep it with --authority, or ask the publisher to sign the artifact.",
        FailureCode.BundleMalformed or FailureCode.TooMany or FailureCode.TooLarge or FailureCode.SignatureCount => AskAuthor,
        FailureCode.BundleVersion => "Use a newer version of this verifier, or ask for a bundle of media type v0.3.",
        FailureCode.TrustedRootMalformed => "Fetch the trusted root again from the instance that signed.",
        FailureCode.SigningConfigMalformed => "Fetch the signing config again, or correct the services in it.",
        FailureCode.NoPolicy => "Say who must have signed: --repo, --owner, --cert-identity or --key.",
        FailureCode.TufMalformed or FailureCode.TufSignature or FailureCode.TufRollback or FailureCode.TufMismatch =>
            "Do not trust this repository or what stands before it; try another network or mirror, and tell who runs it.",
        FailureCode.TufExpired => "Run signing-verifier trust update; if it still expires, the repository is not kept up or somebody holds back its updates.",
        FailureCode.TufMissing => "Check the URL of the TUF repository; it must serve a trusted_root.json.",
        FailureCode.WitnessPolicyMalformed => "Correct the witness policy at that line.",
        FailureCode.WitnessQuorum => "Ask the publisher for a bundle whose checkpoint the witnesses have cosigned, or ask for fewer of them.",
        FailureCode.NoTrustedTime => "Ask the publisher to sign with a timestamp authority; a short-lived certificate cannot be judged without a proven time.",
        FailureCode.TimeInFuture => "Set this machine's clock; if it is right, do not use the artifact.",
        FailureCode.TimestampMalformed or FailureCode.TimestampMismatch or FailureCode.TimestampSignature => AskAuthor,
        FailureCode.TimestampUntrusted or FailureCode.TimestampCertificate or FailureCode.TimestampOutsideTrust => UpdateTrust,
        FailureCode.CertificateMalformed or FailureCode.CertificateProfile => AskAuthor,
        FailureCode.UntrustedIssuer => UpdateTrust,
        FailureCode.CertificateExpired => "Ask the publisher to sign again: the rights to sign had run out, or had not begun.",
        FailureCode.SctMissing or FailureCode.SctMalformed or FailureCode.SctSignature => AskAuthor,
        FailureCode.SctUntrusted => UpdateTrust,
        FailureCode.KeyUnsupported => "Sign with ECDSA P-256.",
        FailureCode.KeyMismatch => "Give the publisher's key with --key where a key signed, and the signer's identity where a certificate did.",
        FailureCode.InclusionPromise or FailureCode.NoLogEntry or FailureCode.LogEntryMalformed or FailureCode.LogEntryDuplicate => AskAuthor,
        FailureCode.LogEntryUnsupported => "Use a newer version of this verifier, or ask for a hashedrekord 0.0.2 entry.",
        FailureCode.LogEntryMismatch => OtherArtifact,
        FailureCode.LogUntrusted => UpdateTrust,
        FailureCode.InclusionProof or FailureCode.CheckpointMalformed or FailureCode.CheckpointOrigin or FailureCode.CheckpointSignature => AskAuthor,
        FailureCode.SignatureInvalid or FailureCode.DigestMismatch or FailureCode.SubjectMismatch => OtherArtifact,
        FailureCode.ArtifactNeeded => "Verify the artifact itself instead of its digest.",
        FailureCode.PayloadType or FailureCode.StatementMalformed => "Ask the publisher for an in-toto attestation.",
        FailureCode.PredicateType => "Ask for the predicate type that is there with --predicate-type, or get the attestation that you need.",
        FailureCode.IssuerMismatch => "If this issuer is expected, name it with --cert-oidc-issuer; if not, do not use the artifact.",
        FailureCode.IdentityMismatch or FailureCode.RepositoryMismatch or FailureCode.OwnerMismatch
            or FailureCode.WorkflowMismatch or FailureCode.SourceRefMismatch or FailureCode.SourceDigestMismatch
            or FailureCode.SignerDigestMismatch or FailureCode.EventMismatch or FailureCode.EnvironmentMismatch => CheckPolicy,
        FailureCode.NameMoved => "The id is the one that was asked for, so it is the same repository or owner, renamed or transferred: "
            + "if you knew of that, ask for the name in the fault or for the id alone.",
        FailureCode.SelfHostedRunner => "Sign on a runner that the platform hosts, or allow self-hosted runners.",
        FailureCode.ThresholdNotMet => "Ask the publisher to have the signature logged and stamped by more operators, or ask for fewer.",
        FailureCode.ProvenanceContradiction => "Do not use the artifact: its provenance is forged or made by a broken tool; tell the publisher.",
        FailureCode.SignerNotAllowed => "If this signer is expected, add a rule for it to the verification policy; if not, do not use the artifact.",
        FailureCode.SignersMissing => "Get the missing attestations from those who must sign, and give them all.",
        FailureCode.BuilderMismatch => "If this builder is expected, add it to the verification policy; if not, do not use the artifact.",
        FailureCode.SignatureAge => "Check this machine's clock; then get a newer release, or raise max_age in the verification policy.",
        FailureCode.ReleaseFileMissing => "Get the whole release, or ask the publisher why the file is gone.",
        FailureCode.ReleaseFileUnknown => "Do not use this file; take it away, or ask the publisher to attest the whole release again.",
        FailureCode.ReleaseMixed => "Do not use the release; get it again from its source, into an empty directory.",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "Not a reason."),
    };

    private static string UpperSnake(FailureCode code)
    {
        var text = new StringBuilder();
        foreach (var c in code.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(c));
        }

        return text.ToString();
    }
}
