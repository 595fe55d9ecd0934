using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Math.EC.Rfc8032;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;
using SigningAction.Testing.Mutants;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>Bundles that a key of the caller's signed: every accepted kind of key, by both logs and all entries.</summary>
public sealed class ManagedKeyTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private readonly InMemorySigstore _sigstore = new();
    private readonly InMemoryRekor1 _log = new();
    private readonly ECDsa _key = InMemorySigstore.NewKey();

    public void Dispose()
    {
        _sigstore.Dispose();
        _log.Dispose();
        _key.Dispose();
    }

    private VerificationPolicy Policy => new() { Key = VerificationKey.Of(_key) };

    [Fact]
    public void A_signature_of_the_given_key_verifies_without_an_identity()
    {
        var verified = Verify(Signed());
        Assert.Null(verified.Identity);
        Assert.Null(verified.Certificate);
        Assert.Equal(VerificationKey.Of(_key), verified.Key);
    }

    [Fact]
    public void A_key_signs_into_a_log_of_Rekor_v2_too()
    {
        var (signature, key) = (Sign(Bytes), VerificationKey.Of(_key));
        var entry = _sigstore.Log(new HashedRekordEntry(SHA256.HashData(Bytes), signature, key.Spki, isCertificate: false, key.Details).CanonicalBody());
        Assert.NotNull(Verify(Bundle(Message(signature), entry, hint: Hint(key), _sigstore.Stamp(signature))));
        Refused(FailureCode.NoTrustedTime, Bundle(Message(signature), entry, hint: Hint(key)));
    }

    [Fact]
    public void Another_key_than_the_one_that_signed_is_refused()
    {
        using var other = InMemorySigstore.NewKey();
        var asked = new VerificationPolicy { Key = VerificationKey.Of(other) };
        Refused(FailureCode.KeyMismatch, Signed(), asked);
        Refused(FailureCode.LogEntryMismatch, Signed(hint: string.Empty), asked);
        Refused(FailureCode.LogEntryMismatch, Signed(hint: "any name"), asked);

        // A log that took an entry for the other key does not make it his.
        var signature = Sign(Bytes);
        var entry = _log.Log(InMemoryRekor1.HashedRekord("sha256", SHA256.HashData(Bytes), signature, InMemoryRekor1.Pem(VerificationKey.Of(other))));
        Refused(FailureCode.SignatureInvalid, Bundle(Message(signature), entry, hint: string.Empty), asked);
    }

    [Fact]
    public void Neither_kind_of_signer_passes_for_the_other()
    {
        Refused(FailureCode.KeyMismatch, Signed(), new VerificationPolicy { Repository = "octo/app" });
        Refused(FailureCode.KeyMismatch, _sigstore.Sign(Bytes));
    }

    [Fact]
    public void A_key_holds_for_the_time_that_it_is_given()
    {
        var time = InMemorySigstore.Now.AddSeconds(2);
        Assert.NotNull(Verify(Signed(), Policy with { KeyValidity = new Validity(time, time) }));
        Refused(FailureCode.CertificateExpired, Signed(), Policy with { KeyValidity = new Validity(time.AddSeconds(1)) });
        Refused(FailureCode.CertificateExpired, Signed(), Policy with { KeyValidity = new Validity(time.AddDays(-1), time.AddSeconds(-1)) });
    }

    [Fact]
    public void A_policy_asks_for_a_key_or_for_an_identity_and_not_for_both_or_neither()
    {
        Refused(FailureCode.NoPolicy, Signed(), Policy with { Repository = "octo/app" });
        Refused(FailureCode.NoPolicy, Signed(), Policy with { Issuer = "https://gitlab.com" });
        Refused(FailureCode.NoPolicy, Signed(), Policy with { DenySelfHostedRunners = true });
        Refused(FailureCode.NoPolicy, Signed(), Policy with { Profile = TrustProfile.GitHub });
        Refused(FailureCode.NoPolicy, Signed(), new VerificationPolicy { KeyValidity = new Validity(InMemorySigstore.Start) });
        Refused(FailureCode.NoPolicy, Signed(), Policy with { LogThreshold = 0 });
        Refused(FailureCode.NoPolicy, Signed(), Policy with { TimeThreshold = 0 });
        Refused(FailureCode.NoPolicy, Signed(), Policy with { CertificateLogThreshold = -1 });
    }

    [Fact]
    public void The_log_is_still_required_of_a_key()
    {
        var signature = Sign(Bytes);
        var unlogged = Bundle(Message(signature), null, Hint(VerificationKey.Of(_key)), _sigstore.Stamp(signature));
        Refused(FailureCode.NoLogEntry, unlogged);
        Assert.Empty(Verify(unlogged, Policy with { DangerouslySkipTransparencyLog = true }).LogEntries);
    }

    [Fact]
    public void The_key_id_of_an_envelope_is_the_hint_or_nothing()
    {
        var key = VerificationKey.Of(_key);
        Assert.NotNull(Verify(Attested(string.Empty)).Subject);
        Assert.NotNull(Verify(Attested(Hint(key))).Subject);
        Refused(FailureCode.BundleMalformed, Attested("another"));
    }

    [Theory]
    [InlineData("nistP384", "SHA384")]
    [InlineData("nistP384", "SHA256")]
    [InlineData("nistP521", "SHA512")]
    [InlineData("nistP521", "SHA256")]
    public void Longer_curves_verify_with_their_own_hash_and_with_SHA_256(string curve, string hash)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var name = new HashAlgorithmName(hash);
        var signature = key.SignData(Bytes, name, DSASignatureFormat.Rfc3279DerSequence);
        Logged(VerificationKey.Of(key), signature, name);
        var over = key.SignData("other"u8, name, DSASignatureFormat.Rfc3279DerSequence);
        Refused(FailureCode.SignatureInvalid, Logged(VerificationKey.Of(key), over, name, verifies: false), new VerificationPolicy { Key = VerificationKey.Of(key) });
    }

    [Fact]
    public void An_RSA_key_verifies_with_the_padding_that_is_stated_and_no_other()
    {
        using var key = RSA.Create(2048);
        var (pkcs1, pss) = (VerificationKey.Parse(key.ExportSubjectPublicKeyInfo()), VerificationKey.Parse(key.ExportSubjectPublicKeyInfo(), "PKIX_RSA_PSS_2048_SHA256"));
        foreach (var (mine, other, padding) in new[] { (pkcs1, pss, RSASignaturePadding.Pkcs1), (pss, pkcs1, RSASignaturePadding.Pss) })
        {
            var bundle = Logged(mine, key.SignData(Bytes, HashAlgorithmName.SHA256, padding), HashAlgorithmName.SHA256);
            Refused(FailureCode.SignatureInvalid, bundle, new VerificationPolicy { Key = other });
        }
    }

    [Fact]
    public void An_Ed25519_key_signs_artifacts_by_their_digest_and_envelopes_as_they_are()
    {
        var secret = SHA256.HashData("key"u8);
        var raw = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(secret, 0, raw, 0);
        var key = VerificationKey.Parse([.. Convert.FromHexString("302a300506032b6570032100"), .. raw]);
        byte[] Pure(byte[] data) => Make(signature => Ed25519.Sign(secret, 0, data, 0, data.Length, signature, 0));
        byte[] Prehashed(byte[] data) => Make(signature => Ed25519.SignPrehash(secret, 0, [], SHA512.HashData(data), 0, signature, 0));

        Logged(key, Prehashed(Bytes), HashAlgorithmName.SHA512);
        var pure = Logged(key, Pure(Bytes), HashAlgorithmName.SHA512, verifies: false);
        Refused(FailureCode.SignatureInvalid, pure, new VerificationPolicy { Key = key });

        var signature = Prehashed(Bytes);
        var entry = _sigstore.Log(new HashedRekordEntry(SHA512.HashData(Bytes), signature, key.Spki, isCertificate: false, "PKIX_ED25519_PH").CanonicalBody());
        Assert.NotNull(Verify(Bundle(Message(signature), entry, Hint(key), _sigstore.Stamp(signature)), new VerificationPolicy { Key = key }));

        foreach (var sign in new[] { Pure, Prehashed })
        {
            var payload = Statement();
            var envelope = new DsseEnvelope(DsseEnvelope.InTotoPayloadType, payload, sign(DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, payload)));
            var attested = Bundle(envelope, _log.Log(InMemoryRekor1.Dsse(envelope, InMemoryRekor1.Pem(key))), Hint(key));
            Assert.NotNull(Verify(attested, new VerificationPolicy { Key = key }).Subject);
        }

        static byte[] Make(Action<byte[]> sign)
        {
            var signature = new byte[Ed25519.SignatureSize];
            sign(signature);
            return signature;
        }
    }

    private static byte[] Statement() =>
        new Statement([new Subject("app.zip", Sha256Digest.Of(Bytes))], SlsaProvenance.PredicateType, "{}"u8.ToArray()).ToJson();

    private static string Hint(VerificationKey key) => StrictBase64.Encode(key.Id.Span);

    private static MessageSignature Message(byte[] signature) => MessageSignature.Over(Sha256Digest.Of(Bytes), signature);

    private static Bundle Bundle(MessageSignature message, LogEntry? entry, string hint, params ReadOnlyMemory<byte>[] stamps) =>
        BundleKinds.WithKey(Evidence.Bundles.Bundle.Create("x"u8.ToArray(), message, entry is null ? [] : [entry], stamps), hint);

    private static Bundle Bundle(DsseEnvelope envelope, LogEntry entry, string hint) =>
        BundleKinds.WithKey(Evidence.Bundles.Bundle.Create("x"u8.ToArray(), envelope, [entry], []), hint);

    private byte[] Sign(byte[] data) => _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private Bundle Signed(string? hint = null)
    {
        var (key, signature) = (VerificationKey.Of(_key), Sign(Bytes));
        return Bundle(Message(signature), _log.Log(InMemoryRekor1.HashedRekord("sha256", SHA256.HashData(Bytes), signature, InMemoryRekor1.Pem(key))), hint ?? Hint(key));
    }

    private Bundle Attested(string keyId)
    {
        var (key, payload) = (VerificationKey.Of(_key), Statement());
        var envelope = new DsseEnvelope(DsseEnvelope.InTotoPayloadType, payload, Sign(DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, payload)), keyId);
        return Bundle(envelope, _log.Log(InMemoryRekor1.Dsse(envelope, InMemoryRekor1.Pem(key))), Hint(key));
    }

    /// <summary>A bundle with a genuine entry; it verifies unless a test says otherwise.</summary>
    private Bundle Logged(VerificationKey key, byte[] signature, HashAlgorithmName hash, bool verifies = true)
    {
        var entry = _log.Log(InMemoryRekor1.HashedRekord(hash.Name!.ToLowerInvariant(), CryptographicOperations.HashData(hash, Bytes), signature, InMemoryRekor1.Pem(key)));
        var bundle = Bundle(Message(signature), entry, Hint(key));
        if (verifies)
        {
            Assert.NotNull(Verify(bundle, new VerificationPolicy { Key = key }));
        }

        return bundle;
    }

    private VerifiedBundle Verify(Bundle bundle, VerificationPolicy? policy = null) =>
        new Verifier(_log.In(_sigstore.TrustedRoot)).Verify(bundle, Artifact.OfBytes(Bytes), policy ?? Policy);

    private void Refused(FailureCode code, Bundle bundle, VerificationPolicy? policy = null) =>
        Refusal.Is(code, () => Verify(bundle, policy));
}
