using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Hostile;

/// <summary>One verifier serves many callers; what one of them is told never depends on another.</summary>
public sealed class ParallelTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private readonly InMemorySigstore _one = new("one.example");
    private readonly InMemorySigstore _two = new("two.example");
    private readonly InMemoryRekor1 _log = new();

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void Sixty_four_verifications_of_two_roots_and_both_kinds_of_log_at_once_do_not_touch_one_another()
    {
        Verifier[] verifiers = [new(_log.In(_one.TrustedRoot)), new(_log.In(_two.TrustedRoot))];
        Bundle[] bundles = [_one.Sign(Bytes), InRekor1(_one), InRekor1(_two), _two.Attest(Bytes)];
        using var together = new Barrier(64);
        var outcomes = new string[64];
        var threads = Enumerable.Range(0, 64).Select(number => new Thread(() =>
        {
            together.SignalAndWait(TestContext.Current.CancellationToken);
            for (var round = 0; round < 8; round++)
            {
                outcomes[number] += Outcome(verifiers[(number / 4) % 2], bundles[number % 4], number % 3 == 0) + "\n";
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        for (var number = 0; number < 64; number++)
        {
            var expected = (number / 4) % 2 != (number % 4) / 2 ? "UNTRUSTED_ISSUER" : number % 3 == 0 ? "REPOSITORY_MISMATCH" : "verified";
            Assert.Equal(string.Concat(Enumerable.Repeat(expected + "\n", 8)), outcomes[number]);
        }
    }

    /// <summary>A bundle in a log of Rekor v1, whose promise is its only time.</summary>
    private Bundle InRekor1(InMemorySigstore instance)
    {
        var signed = instance.Sign(Bytes);
        var body = InMemoryRekor1.HashedRekord("sha256", Sha256Digest.Of(Bytes).Span, signed.Signature.Span, Pem.OfCertificate(signed.Signer.Certificate.Span));
        return Bundle.Create(signed.Signer.Certificate, signed.MessageSignature!, [_log.Log(body)], []);
    }

    private static string Outcome(Verifier verifier, Bundle bundle, bool another)
    {
        try
        {
            verifier.Verify(bundle, Artifact.OfBytes(Bytes), new VerificationPolicy { Repository = another ? "octo/other" : "octo/app" });
            return "verified";
        }
        catch (EvidenceException e)
        {
            return FailureCodes.Text(e.Code);
        }
    }
}
