using System.Security.Cryptography;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Verifier.Tests.Commands;

/// <summary>Deployments without a log of signatures, without one of certificates, or with one whose promise lies beside the certificate: only by a name that says danger.</summary>
public sealed class DangerousOptionsTests : IDisposable
{
    private const string SkipLog = "--dangerously-skip-transparency-log";
    private const string SkipCertificateLog = "--dangerously-skip-certificate-transparency";
    private const string Detached = "--dangerously-accept-detached-sct";

    private readonly Workspace _workspace = new();
    private readonly ECDsa _key = InMemorySigstore.NewKey();
    private readonly InMemoryCertificateLog _log = new();

    public void Dispose()
    {
        _workspace.Dispose();
        _key.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void A_signature_that_no_log_holds_is_accepted_by_that_name_only()
    {
        var signed = _workspace.Sigstore.Sign(_workspace.Bytes);
        _workspace.With(Bundle.Create(signed.Signer.Certificate, signed.MessageSignature!, [], signed.Timestamps));
        Is("NO_LOG_ENTRY", _workspace.VerifyAsRepository());
        Is("NO_LOG_ENTRY", _workspace.VerifyAsRepository(SkipCertificateLog));
        Is(null, _workspace.VerifyAsRepository(SkipLog));
    }

    [Fact]
    public void An_entry_that_is_there_must_hold_although_none_is_asked_for()
    {
        var signed = _workspace.Sigstore.Sign(_workspace.Bytes);
        _workspace.With(Bundle.Create(signed.Signer.Certificate, signed.MessageSignature!, _workspace.Sigstore.Sign([1]).LogEntries, signed.Timestamps));
        Is("LOG_ENTRY_MISMATCH", _workspace.VerifyAsRepository(SkipLog));
    }

    [Fact]
    public void A_certificate_that_no_log_has_seen_is_accepted_by_that_name_only()
    {
        _workspace.With(Unseen(out _));
        Is("SCT_UNTRUSTED", _workspace.VerifyAsRepository());
        Is("SCT_UNTRUSTED", _workspace.VerifyAsRepository(SkipLog));
        Is(null, _workspace.VerifyAsRepository(SkipCertificateLog));
    }

    [Fact]
    public void A_promise_beside_the_certificate_is_verified_and_accepted_by_that_name_only()
    {
        _workspace.With(Unseen(out var certificate));
        File.WriteAllBytes(_workspace.TrustedRoot, _log.In(_workspace.Sigstore.TrustedRoot).ToJson());
        Is("SCT_UNTRUSTED", _workspace.VerifyAsRepository());
        Is(null, _workspace.VerifyAsRepository(Detached, Answer("sct.json", certificate)));
        Is("SCT_SIGNATURE", _workspace.VerifyAsRepository(Detached, Answer("other.json", [1, 2, 3])));
        Is("SCT_SIGNATURE", _workspace.VerifyAsRepository(Detached, _workspace.Under("sct.json"), Detached, _workspace.Under("other.json")));
    }

    [Fact]
    public void A_file_that_is_no_promise_is_refused_and_one_that_is_missing_says_nothing()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        File.WriteAllText(_workspace.Under("sct.json"), "{}");
        Is("SCT_MALFORMED", _workspace.VerifyAsRepository(Detached, _workspace.Under("sct.json")));
        File.WriteAllBytes(_workspace.Under("sct.json"), new byte[Limits.DetachedSctBytes + 1]);
        Is("SCT_MALFORMED", _workspace.VerifyAsRepository(Detached, _workspace.Under("sct.json")));
        Assert.Equal(ExitCode.NotChecked, _workspace.VerifyAsRepository(Detached, _workspace.Under("none.json")).Exit);
    }

    [Theory]
    [InlineData(Detached, "")]
    [InlineData(Detached, "sct.json", SkipCertificateLog)]
    [InlineData(SkipCertificateLog, "--key", "key.pem")]
    [InlineData(Detached, "sct.json", "--key", "key.pem")]
    public void What_cannot_be_meant_is_a_usage_error_and_nothing_is_read(params string[] args)
    {
        string[] identity = args.Contains("--key") ? [] : ["--repo", "octo/app"];
        var outcome = _workspace.Verify(["no such file", .. identity, .. args]);
        Assert.Equal((ExitCode.Usage, "USAGE"), (outcome.Exit, outcome.Reason));
    }

    [Fact]
    public void Every_option_that_asks_for_less_has_the_danger_in_its_name()
    {
        var help = Outcome.Of("verify", "--help").Out;
        Assert.All([SkipLog, SkipCertificateLog, Detached, "--dangerously-accept-contradiction"], name => Assert.Contains(name, help, StringComparison.Ordinal));
        Assert.DoesNotContain(" --skip", help, StringComparison.Ordinal);
        Assert.DoesNotContain(" --insecure", help, StringComparison.Ordinal);
    }

    /// <summary>Signed with a certificate whose embedded promise is of a log that nobody trusts.</summary>
    private Bundle Unseen(out byte[] certificate)
    {
        using var stranger = InMemorySigstore.NewKey();
        certificate = _workspace.Sigstore.Issue(_key, certificateLogKey: stranger);
        var signature = _key.SignData(_workspace.Bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var digest = Sha256Digest.Of(_workspace.Bytes);
        return Bundle.Create(certificate, MessageSignature.Over(digest, signature), [_workspace.Sigstore.Log(digest, signature, certificate)], [_workspace.Sigstore.Stamp(signature)]);
    }

    /// <summary>A file with the log's answer.</summary>
    private string Answer(string name, ReadOnlySpan<byte> certificate)
    {
        File.WriteAllText(_workspace.Under(name), _log.Answer(certificate));
        return _workspace.Under(name);
    }

    private static void Is(string? reason, Outcome outcome) => Assert.Equal(
        reason is null ? (ExitCode.Verified, string.Empty) : (ExitCode.Refused, reason), (outcome.Exit, outcome.Exit == ExitCode.Verified ? outcome.Error : outcome.Reason));
}
