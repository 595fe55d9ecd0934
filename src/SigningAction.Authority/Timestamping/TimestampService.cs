using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Timestamping;

/// <summary>
/// Stamps (RFC 3161). Nothing is stored: a token proves itself, and the authority could not deny one.
/// </summary>
public sealed class TimestampService
{
    private readonly TimestampSigner _signer;
    private readonly ClockGuard _clock;

    /// <summary>Takes the authority as it was set up, and refuses one that does not fit together.</summary>
    /// <param name="chain">The timestamping certificate first, its root last.</param>
    /// <param name="key">Key of the certificate; not disposed here.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="ArgumentException">The key is not the certificate's.</exception>
    public TimestampService(IReadOnlyList<Certificate> chain, ECDsa key, ClockGuard clock)
    {
        _signer = new TimestampSigner(chain[0], key);
        _clock = clock;
        ChainPem = string.Concat(chain.Select(certificate => Pem.OfCertificate(certificate.RawBytes.Span)));
    }

    /// <summary>Stamps something and verifies it as a customer would.</summary>
    /// <exception cref="ArgumentException">The key is not the certificate's, or the certificate is not valid now.</exception>
    /// <exception cref="EvidenceException">The chain does not hold.</exception>
    public static void Rehearse(IReadOnlyList<Certificate> chain, ECDsa key, DateTimeOffset now)
    {
        var something = "rehearsal"u8.ToArray();
        var response = new TimestampSigner(chain[0], key).Stamp(TimestampRequest.ForSignature(something), now, CertificateSerial.Create());
        TimestampVerifier.Verify(
            response, something, TimestampAuthority.Parse([.. chain.Select(certificate => certificate.RawBytes)], chain[0].NotBefore, null));
    }

    /// <summary>The chain in PEM, the timestamping certificate first.</summary>
    public string ChainPem { get; }

    /// <summary>Answers a request; null when the clock is in doubt.</summary>
    public byte[]? Stamp(TimestampRequest request) =>
        _clock.TryGetTime(out var now) ? _signer.Stamp(request, now, CertificateSerial.Create()) : null;
}
