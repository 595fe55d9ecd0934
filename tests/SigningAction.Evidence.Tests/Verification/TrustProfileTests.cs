using System.Security.Cryptography;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>What is demanded of whom: logs by default, a timestamp of GitHub's own instance, and nothing less without a name that says danger.</summary>
public sealed class TrustProfileTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private static readonly DateTimeOffset Now = InMemorySigstore.Now;
    private static readonly VerificationPolicy Policy = new() { Repository = "octo/app" };
    private static readonly VerificationPolicy GitHub = Policy with { Profile = TrustProfile.GitHub };
    private readonly InMemorySigstore _sigstore = new();
    private readonly ECDsa[] _keys = [InMemorySigstore.NewKey()];

    public void Dispose()
    {
        _sigstore.Dispose();
        Array.ForEach(_keys, key => key.Dispose());
    }

    [Fact]
    public void A_bundle_of_GitHubs_instance_verifies_by_its_profile_alone()
    {
        var (bundle, root) = Private("GitHub, Inc.");
        Assert.Same(TrustProfile.GitHub, TrustProfile.NamedBy(bundle));
        var verified = Verify(bundle, root, GitHub);
        Assert.Empty(verified.LogEntries);
        Assert.True(Assert.Single(verified.Times).IsTimestamp);
        Refused(FailureCode.SctMissing, bundle, root, Policy);
    }

    [Fact]
    public void Without_a_timestamp_GitHubs_instance_proves_nothing()
    {
        var (bundle, root) = Private("GitHub, Inc.");
        Refused(FailureCode.NoTrustedTime, With(bundle, stamps: []), root, GitHub);
        using var log = new InMemoryRekor1();
        var entry = log.Log(InMemoryRekor1.HashedRekord("sha256", SHA256.HashData(Bytes), bundle.Signature.Span, Pem.OfCertificate(bundle.Signer.Certificate.Span)));
        Refused(FailureCode.NoTrustedTime, With(bundle, [entry], []), log.In(root), GitHub);
        Assert.Single(Verify(With(bundle, [entry]), log.In(root), GitHub).LogEntries);
    }

    [Theory]
    [InlineData("GitHub, Inc")]
    [InlineData("github, inc.")]
    [InlineData("Evil, Inc.")]
    public void The_profile_of_GitHub_is_for_authorities_of_that_name_only(string organization)
    {
        var (bundle, root) = Private(organization);
        Assert.Same(TrustProfile.Sigstore, TrustProfile.NamedBy(bundle));
        Refused(FailureCode.UntrustedIssuer, bundle, root, GitHub);
    }

    [Fact]
    public void A_stranger_that_calls_itself_GitHub_is_refused()
    {
        var (_, root) = Private("GitHub, Inc.");
        var (strange, _) = Private("GitHub, Inc.");
        Refused(FailureCode.UntrustedIssuer, strange, root, GitHub);
    }

    [Fact]
    public void A_signer_judges_its_certificate_by_the_profile_of_the_instance_that_issued_it()
    {
        using var github = InMemorySigstore.GitHub();
        var certificate = SigningCertificate.Parse(github.Issue(_keys[0]));
        CertificateVerifier.Verify(certificate, [Now], github.TrustedRoot, profile: TrustProfile.GitHub);
        Refusal.Is(FailureCode.SctMissing, () => CertificateVerifier.Verify(certificate, [Now], github.TrustedRoot));
        var logged = SigningCertificate.Parse(_sigstore.Issue(_keys[0]));
        CertificateVerifier.Verify(logged, [Now], _sigstore.TrustedRoot);
        Refusal.Is(FailureCode.UntrustedIssuer, () => CertificateVerifier.Verify(logged, [Now], _sigstore.TrustedRoot, profile: TrustProfile.GitHub));
    }

    [Fact]
    public void A_root_is_GitHubs_when_it_lists_an_authority_of_that_name()
    {
        using var github = InMemorySigstore.GitHub();
        using var evil = InMemorySigstore.GitHub("Evil, Inc.");
        Assert.True(TrustProfile.GitHub.IsListedIn(github.TrustedRoot));
        Assert.False(TrustProfile.GitHub.IsListedIn(evil.TrustedRoot));
        Assert.False(TrustProfile.GitHub.IsListedIn(_sigstore.TrustedRoot));
        Assert.True(TrustProfile.Sigstore.IsListedIn(_sigstore.TrustedRoot));
    }

    [Fact]
    public void Without_a_log_only_the_option_of_that_name_accepts()
    {
        var bundle = With(_sigstore.Sign(Bytes), []);
        Refused(FailureCode.NoLogEntry, bundle, policy: Policy with { DangerouslySkipCertificateTransparency = true });
        Assert.Empty(Verify(bundle, policy: Policy with { DangerouslySkipTransparencyLog = true }).LogEntries);
    }

    [Fact]
    public void An_entry_that_lies_is_refused_even_where_no_log_is_asked_for()
    {
        var skip = Policy with { DangerouslySkipTransparencyLog = true };
        using var stranger = new InMemorySigstore();
        var bundle = _sigstore.Sign(Bytes);
        Refused(FailureCode.LogEntryMismatch, With(bundle, _sigstore.Sign("other"u8.ToArray()).LogEntries), policy: skip);
        Refused(FailureCode.LogEntryMismatch, With(bundle, stranger.Sign(Bytes).LogEntries), policy: skip);
        Refused(FailureCode.InclusionProof, With(bundle, [bundle.LogEntries[0] with { LogIndex = 1 }]), policy: skip);
        Assert.Empty(Verify(With(bundle, [stranger.Log(Sha256Digest.Of(Bytes), bundle.Signature, bundle.Signer.Certificate)]), policy: skip).LogEntries);
    }

    [Fact]
    public void Without_a_certificate_log_only_the_option_of_that_name_accepts()
    {
        var (bundle, root) = Private("Test");
        var unlogged = Policy with { DangerouslySkipTransparencyLog = true };
        Refused(FailureCode.SctMissing, bundle, root, unlogged);
        Assert.NotNull(Verify(bundle, root, unlogged with { DangerouslySkipCertificateTransparency = true }));
    }

    [Fact]
    public void A_timestamp_beside_the_certificate_is_verified_like_one_inside()
    {
        using var log = new InMemoryCertificateLog();
        using var strange = new InMemoryCertificateLog();
        var (bundle, bare) = Private("Test");
        var root = log.In(bare);
        var policy = Policy with { DangerouslySkipTransparencyLog = true };
        SignedCertificateTimestamp Detached(InMemoryCertificateLog by, ReadOnlySpan<byte> certificate) => SignedCertificateTimestamp.Parse(by.Promise(certificate));
        Assert.NotNull(Verify(bundle, root, policy with { DangerouslyAcceptDetachedScts = [Detached(log, bundle.Signer.Certificate.Span)] }));
        Refused(FailureCode.SctSignature, bundle, root, policy with { DangerouslyAcceptDetachedScts = [Detached(log, Private("Test").Bundle.Signer.Certificate.Span)] });
        Refused(FailureCode.SctUntrusted, bundle, root, policy with { DangerouslyAcceptDetachedScts = [Detached(strange, bundle.Signer.Certificate.Span)] });
        Refused(FailureCode.SctMissing, bundle, root, policy);
    }

    [Fact]
    public void Two_certificate_logs_reach_a_threshold_of_two_and_one_does_not()
    {
        using var second = new InMemoryCertificateLog();
        var bundle = _sigstore.Sign(Bytes);
        var root = second.In(_sigstore.TrustedRoot);
        var two = Policy with { CertificateLogThreshold = 2 };
        Refused(FailureCode.ThresholdNotMet, bundle, root, two);
        Assert.NotNull(Verify(bundle, root, two with { DangerouslyAcceptDetachedScts = [SignedCertificateTimestamp.Parse(second.Promise(bundle.Signer.Certificate.Span))] }));
    }

    [Fact]
    public void Two_promises_of_one_log_are_one_whether_embedded_or_beside()
    {
        using var log = new InMemoryCertificateLog();
        var root = log.In(_sigstore.TrustedRoot);
        var certificate = log.Issue(_sigstore, _keys[0]);
        var signature = _keys[0].SignData(Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var bundle = Bundle.Create(certificate, MessageSignature.Over(Sha256Digest.Of(Bytes), signature), [_sigstore.Log(Sha256Digest.Of(Bytes), signature, certificate)], [_sigstore.Stamp(signature)]);
        var beside = SignedCertificateTimestamp.Parse(log.Promise(certificate));
        Assert.NotNull(Verify(bundle, root, Policy with { DangerouslyAcceptDetachedScts = [beside, beside] }));
        Refused(FailureCode.ThresholdNotMet, bundle, root, Policy with { CertificateLogThreshold = 2, DangerouslyAcceptDetachedScts = [beside, beside] });
    }

    [Fact]
    public void Several_logs_are_asked_for_of_every_instance_and_whatever_is_skipped()
    {
        var (bundle, root) = Private("GitHub, Inc.");
        Refused(FailureCode.NoLogEntry, bundle, root, GitHub with { LogThreshold = 2 });
        Refused(FailureCode.SctMissing, bundle, root, GitHub with { CertificateLogThreshold = 2 });
        var skipped = Policy with { DangerouslySkipTransparencyLog = true, DangerouslySkipCertificateTransparency = true };
        Assert.NotNull(Verify(_sigstore.Sign(Bytes), policy: skipped));
        Refused(FailureCode.ThresholdNotMet, _sigstore.Sign(Bytes), policy: skipped with { LogThreshold = 2 });
        Refused(FailureCode.ThresholdNotMet, _sigstore.Sign(Bytes), policy: skipped with { CertificateLogThreshold = 2 });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_threshold_that_is_given_holds_for_every_instance_and_over_every_skip(int logs)
    {
        var (bundle, root) = Private("GitHub, Inc.");
        Assert.NotNull(Verify(bundle, root, GitHub));
        Refused(FailureCode.NoLogEntry, bundle, root, GitHub with { LogThreshold = logs });
        Refused(FailureCode.SctMissing, bundle, root, GitHub with { CertificateLogThreshold = logs });
        var skip = Policy with { DangerouslySkipTransparencyLog = true, DangerouslySkipCertificateTransparency = true };
        var unlogged = With(_sigstore.Sign(Bytes), []);
        Assert.NotNull(Verify(unlogged, policy: skip));
        Refused(FailureCode.NoLogEntry, unlogged, policy: skip with { LogThreshold = logs });
    }

    [Fact]
    public void What_a_verifier_keeps_of_a_signer_proves_no_other_bundle()
    {
        using var key = InMemorySigstore.NewKey();
        var certificate = _sigstore.Issue(key);
        var verifier = new Verifier(_sigstore.TrustedRoot);
        Bundle Signed(byte[] artifact, DateTimeOffset? stamped = null)
        {
            var signature = key.SignData(artifact, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            var digest = Sha256Digest.Of(artifact);
            return Bundle.Create(certificate, MessageSignature.Over(digest, signature), [_sigstore.Log(digest, signature, certificate)], [_sigstore.Stamp(signature, stamped)]);
        }

        Assert.NotNull(verifier.Verify(Signed(Bytes), Artifact.OfBytes(Bytes), Policy));
        Assert.NotNull(verifier.Verify(Signed([1]), Artifact.OfBytes(new byte[] { 1 }), Policy));
        Refusal.Is(FailureCode.CertificateExpired, () => verifier.Verify(Signed(Bytes, Now.AddHours(1)), Artifact.OfBytes(Bytes), Policy));
        Refusal.Is(FailureCode.RepositoryMismatch, () => verifier.Verify(Signed(Bytes), Artifact.OfBytes(Bytes), new VerificationPolicy { Repository = "octo/other" }));
        Refusal.Is(FailureCode.ThresholdNotMet, () => verifier.Verify(Signed(Bytes), Artifact.OfBytes(Bytes), Policy with { CertificateLogThreshold = 2 }));
        Refusal.Is(FailureCode.UntrustedIssuer, () => verifier.Verify(Signed(Bytes), Artifact.OfBytes(Bytes), GitHub));
        Refusal.Is(FailureCode.LogEntryMismatch, () => verifier.Verify(With(Signed(Bytes), Signed([1]).LogEntries), Artifact.OfBytes(Bytes), Policy));
    }

    private static Bundle With(Bundle bundle, IReadOnlyList<LogEntry>? entries = null, IReadOnlyList<ReadOnlyMemory<byte>>? stamps = null) =>
        Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, entries ?? bundle.LogEntries, stamps ?? bundle.Timestamps);

    /// <summary>What an instance without any log signed, and its root; another instance each time.</summary>
    private static (Bundle Bundle, TrustedRoot Root) Private(string organization)
    {
        using var instance = InMemorySigstore.GitHub(organization);
        return (instance.Sign(Bytes), instance.TrustedRoot);
    }

    private VerifiedBundle Verify(Bundle bundle, TrustedRoot? root = null, VerificationPolicy? policy = null) =>
        new Verifier(root ?? _sigstore.TrustedRoot).Verify(bundle, Artifact.OfBytes(Bytes), policy ?? Policy);

    private void Refused(FailureCode code, Bundle bundle, TrustedRoot? root = null, VerificationPolicy? policy = null) =>
        Refusal.Is(code, () => Verify(bundle, root, policy));
}
