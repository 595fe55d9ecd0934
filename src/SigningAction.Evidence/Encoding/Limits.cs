namespace SigningAction.Evidence.Encoding;

/// <summary>Every cap on input that an attacker can size, in one place, each with the source of its number. Sizes are bytes unless the name says otherwise.</summary>
public static class Limits
{
    // --- Bundles -----------------------------------------------------------------------------------------------

    /// <summary>Largest bundle file. actions/attest caps a predicate at 16 MiB; base64 makes that 21.4 MiB, and the envelope is a little more.</summary>
    public const int BundleBytes = 24 * 1024 * 1024;

    /// <summary>JSON tokens of one bundle: 32 log entries with 64 hashes each are 4,000; the rest is room for what has a refusal of its own.</summary>
    public const int BundleTokens = 64 * 1024;

    /// <summary>JSON tokens of one statement: a predicate of 16 MiB with 8 bytes a token, which is denser than any SBOM.</summary>
    public const int StatementTokens = 2 * 1024 * 1024;

    /// <summary>Largest DSSE payload, the predicate cap of actions/attest.</summary>
    public const int PayloadBytes = 16 * 1024 * 1024;

    /// <summary>Log entries in one bundle (sigstore-go <c>internal/limits</c>, after CVE-2024-45395).</summary>
    public const int LogEntries = 32;

    /// <summary>RFC 3161 timestamps in one bundle (sigstore-go <c>internal/limits</c>, after CVE-2024-45395).</summary>
    public const int Timestamps = 32;

    /// <summary>Subjects of one statement (sigstore-go and actions/attest).</summary>
    public const int Subjects = 1024;

    /// <summary>Digests of one subject (sigstore-go).</summary>
    public const int DigestsPerSubject = 32;

    /// <summary>Depth of a JSON document (the default of System.Text.Json, stated so that it cannot drift).</summary>
    public const int JsonDepth = 64;

    /// <summary>Signature bytes: RSA-4096 needs 512, ECDSA P-521 DER needs 141; the rest is room.</summary>
    public const int SignatureBytes = 1024;

    // --- Certificates ------------------------------------------------------------------------------------------

    /// <summary>One DER certificate. GitHub leaf certificates are 2-3 KiB; the twenty claims of a token at their own cap of 1 KiB would just not fit, which is refused.</summary>
    public const int CertificateBytes = 16 * 1024;

    /// <summary>Certificates of one chain, leaf and root included (Go's crypto/x509 uses far more; no Sigstore chain has over 4).</summary>
    public const int ChainCertificates = 10;

    /// <summary>Extensions of one certificate: the Fulcio profile has 24 of its own and 6 of RFC 5280.</summary>
    public const int CertificateExtensions = 64;

    /// <summary>Serial number octets (RFC 5280, section 4.1.2.2).</summary>
    public const int SerialOctets = 20;

    /// <summary>Signed certificate timestamps of one certificate (as many as log entries; web certificates carry 2 to 5).</summary>
    public const int Scts = 32;

    /// <summary>One answer of a certificate log as JSON; with the signature of an RSA-4096 key and the extensions of static-ct-api under 1 KiB.</summary>
    public const int DetachedSctBytes = 8 * 1024;

    /// <summary>Smallest RSA modulus in bits that is accepted (NIST SP 800-131A).</summary>
    public const int RsaMinimumBits = 2048;

    /// <summary>Largest RSA modulus in bits that is accepted (the largest of the Sigstore algorithm registry).</summary>
    public const int RsaMaximumBits = 4096;

    /// <summary>Signers that one verifier keeps; with a certificate of 3 KiB and its path, some 10 MiB at the most.</summary>
    public const int KeptSigners = 1024;

    /// <summary>Checkpoints that one verifier keeps; with a digest and the parsed text some 500 bytes each, unless a log signs long extension lines.</summary>
    public const int KeptCheckpoints = 1024;

    // --- Timestamps --------------------------------------------------------------------------------------------

    /// <summary>One DER time-stamp request; a request with a nonce and a policy is under 120 bytes, Fulcio's TSA takes 1 KiB of JSON.</summary>
    public const int TimestampRequestBytes = 1024;

    /// <summary>One DER TimeStampResp; with an embedded chain about 6 KiB.</summary>
    public const int TimestampResponseBytes = 64 * 1024;

    /// <summary>Certificates embedded in one time-stamp token (the longest chain that is read, see <see cref="ChainCertificates"/>).</summary>
    public const int TimestampCertificates = 10;

    /// <summary>Nonce octets: clients send 8, a SHA-256 fits (timestamp-authority parsed a nonce in quadratic time before its fix).</summary>
    public const int TimestampNonceOctets = 32;

    // --- Transparency ------------------------------------------------------------------------------------------

    /// <summary>Hashes of one inclusion or consistency proof: a tree of 2^63 leaves needs 63, consistency one more.</summary>
    public const int ProofHashes = 64;

    /// <summary>One checkpoint with its signature lines (C2SP signed-note asks for at least 16 signatures; ML-DSA-44 lines are 3.3 KiB).</summary>
    public const int CheckpointBytes = 128 * 1024;

    /// <summary>Signature lines of one note (C2SP signed-note: at least 16 must be accepted; Go's note takes 100).</summary>
    public const int NoteSignatures = 100;

    /// <summary>One log entry: the entry bundle of C2SP tlog-tiles has a 16-bit length before each.</summary>
    public const int LogEntryBytes = 65_535;

    /// <summary>One entry of Rekor v1: its server takes 32 MiB, and an intoto entry may hold its payload twice encoded; no more than the payload's own cap.</summary>
    public const int Rekor1EntryBytes = PayloadBytes;

    /// <summary>Hashes of a full tile (C2SP tlog-tiles).</summary>
    public const int TileWidth = 256;

    // --- Trust -------------------------------------------------------------------------------------------------

    /// <summary>One trusted root or signing config; the public-good file is 7 KiB.</summary>
    public const int TrustedRootBytes = 1024 * 1024;

    /// <summary>Authorities or logs of one kind in a trusted root; the public one has 3, a log shard is added every half year.</summary>
    public const int TrustedRootInstances = 256;

    /// <summary>Trusted roots of one JSON Lines file: <c>gh attestation trusted-root</c> writes 2 to 4.</summary>
    public const int TrustedRoots = 32;

    /// <summary>One TUF root (python-tuf's and tuf-js's default; Sigstore's has 5 KiB).</summary>
    public const int TufRootBytes = 512_000;

    /// <summary>One TUF timestamp (python-tuf's and tuf-js's default).</summary>
    public const int TufTimestampBytes = 16_384;

    /// <summary>One TUF snapshot (python-tuf's and tuf-js's default).</summary>
    public const int TufSnapshotBytes = 2_000_000;

    /// <summary>One TUF targets file (python-tuf's and tuf-js's default).</summary>
    public const int TufTargetsBytes = 5_000_000;

    /// <summary>Roots that are followed from a trusted one (python-tuf's default; Sigstore made 15 in five years).</summary>
    public const int TufRootRotations = 256;

    /// <summary>JSON tokens of one TUF file: the largest targets file with 40 bytes a token, which is denser than hashes are.</summary>
    public const int TufTokens = 128 * 1024;

    /// <summary>Keys of one TUF root, and signatures of one TUF file; Sigstore's root has 6.</summary>
    public const int TufKeys = 100;

    /// <summary>Characters of a file's name in TUF metadata (what most file systems take of a name).</summary>
    public const int TufNameCharacters = 255;

    /// <summary>One witness policy; a line is under 3 KiB even with an ML-DSA-44 key.</summary>
    public const int WitnessPolicyBytes = 256 * 1024;

    /// <summary>Lines of one witness policy that say something: logs, witnesses and groups.</summary>
    public const int WitnessPolicyLines = 1000;

    // --- Policy ------------------------------------------------------------------------------------------------

    /// <summary>One policy file: 10,000 rules of 100 bytes, the most that is read each second without cost.</summary>
    public const int PolicyBytes = 1024 * 1024;

    /// <summary>Rules of one policy; 5,000 take under a millisecond, measured.</summary>
    public const int PolicyRules = 10_000;

    /// <summary>Characters of one pattern or exact value in a policy (no claim is longer, see <see cref="ClaimCharacters"/>).</summary>
    public const int PatternCharacters = 1024;

    /// <summary>Values and patterns of one condition; a rule for hundreds of names is better written as a pattern.</summary>
    public const int PolicyValues = 1000;

    /// <summary>Characters of a rule's name: it goes into audit leaves and answers, whole.</summary>
    public const int RuleNameCharacters = 128;

    /// <summary>Nesting of a policy file: the language needs five levels.</summary>
    public const int PolicyDepth = 8;

    /// <summary>Errors that are reported of one policy file, so that a broken one does not flood a log.</summary>
    public const int PolicyErrors = 50;

    // --- Authority: requests -----------------------------------------------------------------------------------

    /// <summary>Largest request body of any route (sunlight caps at 128 KiB; Fulcio's 4 MiB is far more than a key and a token).</summary>
    public const int RequestBodyBytes = 256 * 1024;

    /// <summary>Largest body of a log entry request (rekor-tiles); a DSSE envelope with a large statement comes this way.</summary>
    public const int EntryRequestBodyBytes = 4 * 1024 * 1024;

    /// <summary>
    /// Largest body that is read to its end, and thrown away, so that its sender hears why it is refused: the largest bundle in base64, which is the largest
    /// thing that somebody sends to the wrong place in good faith.
    /// </summary>
    public const int DrainedBodyBytes = 32 * 1024 * 1024;

    /// <summary>One OIDC token (Microsoft.IdentityModel's own cap is 250 KiB; GitHub's tokens are 2 KiB).</summary>
    public const int TokenBytes = 32 * 1024;

    /// <summary>Characters of one claim that goes into a certificate: a path of a repository (255), a file (255) and a ref (255) and room.</summary>
    public const int ClaimCharacters = 1024;

    /// <summary>Characters of one template that makes a part of an identity from claims; Fulcio's longest has 90.</summary>
    public const int ClaimTemplateCharacters = 512;

    /// <summary>Characters of one key id in a token or key set; thumbprints have 43, GitHub's have 40 or 36.</summary>
    public const int KeyIdCharacters = 256;

    /// <summary>One PEM certificate request; with RSA-4096 and a few attributes it is under 3 KiB.</summary>
    public const int CertificateRequestBytes = 16 * 1024;

    /// <summary>One public key as a client sends it, PEM; RSA-4096 is 800 bytes.</summary>
    public const int PublicKeyCharacters = 4 * 1024;

    /// <summary>One discovery document or key set (octo-sts, after CVE-2024-34079).</summary>
    public const int KeySetBytes = 100 * 1024;

    /// <summary>Keys of one key set; GitHub publishes 4, 100 fit into the cap on its bytes.</summary>
    public const int KeySetKeys = 100;

    // --- Authority: time sources -------------------------------------------------------------------------------

    /// <summary>One SNTP answer: RFC 4330, section 4. We send no extension fields, so an honest answer has none.</summary>
    public const int TimeAnswerBytes = 48;

    /// <summary>Datagrams that are read in one try: strangers may send as many as they like, and the one answer must still be found among a few.</summary>
    public const int TimeAnswers = 16;

    // --- Agent -------------------------------------------------------------------------------------------------

    /// <summary>Largest answer that the agent reads from any service (sigstore-go caps at 10 MiB; no answer we need is over 1 MiB).</summary>
    public const int ResponseBytes = 1024 * 1024;
}
