using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Timestamps;

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
        ChainPem = string.Concat(chain.Select(certificate => PemEncoding.WriteString("CERTIFICATE", certificate.RawBytes.Span) + "\n"));
    }

    /// <summary>The chain in PEM, the timestamping certificate first.</summary>
    public string ChainPem { get; }

    /// <summary>Answers a request; null when the clock is in doubt.</summary>
    public byte[]? Stamp(TimestampRequest request) =>
        _clock.TryGetTime(out var now) ? _signer.Stamp(request, now, CertificateSerial.Create()) : null;
}
