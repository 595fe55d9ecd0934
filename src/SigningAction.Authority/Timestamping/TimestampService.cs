using System.Security.Cryptography;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Wire;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Timestamping;

/// <summary>
/// Stamps (RFC 3161). Nothing is stored: a token proves itself, and the authority could not deny one.
/// </summary>
public sealed class TimestampService
{
    private readonly TimestampSigner _signer;
    private readonly TimestampAuthority _self;
    private readonly DateTimeOffset _notAfter;
    private readonly ClockGuard _clock;

    /// <summary>Takes the authority as it was set up, and refuses one that does not fit together.</summary>
    /// <param name="chain">The timestamping certificate first, its root last.</param>
    /// <param name="key">Key of the certificate; not disposed here.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="ArgumentException">The key is not the certificate's.</exception>
    public TimestampService(IReadOnlyList<Certificate> chain, ECDsa key, ClockGuard clock)
    {
        _signer = new TimestampSigner(chain[0], key);
        _self = TimestampAuthority.Parse([.. chain.Select(certificate => certificate.RawBytes)], new Validity(chain[0].NotBefore));
        _notAfter = chain.Min(certificate => certificate.NotAfter);
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
            response, something, TimestampAuthority.Parse([.. chain.Select(certificate => certificate.RawBytes)], new Validity(chain[0].NotBefore)));
    }

    /// <summary>The chain in PEM, the timestamping certificate first.</summary>
    public string ChainPem { get; }

    /// <summary>Answers a request. Every stamp is verified as a customer would before it leaves: a key store that signs wrongly must not be heard.</summary>
    /// <exception cref="RequestRefusedException">The clock is in doubt, or the certificate has expired (503).</exception>
    /// <exception cref="EvidenceException">Customers would refuse the stamp: our fault.</exception>
    public byte[] Stamp(TimestampRequest request)
    {
        var now = _clock.Now();
        if (now > _notAfter)
        {
            throw new RequestRefusedException(
                StatusCodes.Status503ServiceUnavailable, "TIMESTAMP_CERTIFICATE_EXPIRED", "The authority's timestamping certificate has expired, so it does not stamp.",
                "An administrator must renew its certificates (signing-authority renew).");
        }

        var answer = _signer.Stamp(request, now, CertificateSerial.Create());
        if (TimestampResponse.Parse(answer).IsGranted)
        {
            _ = TimestampVerifier.VerifyDigest(answer, request.Hash, request.Digest.Span, [_self]);
        }

        return answer;
    }
}
