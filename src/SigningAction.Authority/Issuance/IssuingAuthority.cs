using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Issuance;

/// <summary>Who issues: the certificates as a trusted root gives them, the key, and the log that promises to hold what is issued. Everything is parsed once.</summary>
public sealed class IssuingAuthority
{
    /// <summary>Takes the authority as it was set up, and refuses one that does not fit together.</summary>
    /// <param name="chain">The issuing certificate first, the root last.</param>
    /// <param name="key">Key of the issuing certificate; not disposed here.</param>
    /// <param name="logKey">Key of the certificate log; not disposed here.</param>
    /// <exception cref="ArgumentException">The key is not the certificate's.</exception>
    /// <exception cref="EvidenceException">The chain does not hold.</exception>
    public IssuingAuthority(CertificateChain chain, ECDsa key, ECDsa logKey)
    {
        Chain = chain;
        Builder = new SigningCertificateBuilder(Issuer, key);
        LogKey = logKey;
        LogVerificationKey = VerificationKey.Of(logKey);
        IssuerDigests = [.. chain.Certificates.Select(certificate => Sha256Digest.Of(certificate.RawBytes.Span))];
        ChainPem = [.. chain.Certificates.Select(certificate => Pem(certificate.RawBytes.Span))];
    }

    /// <summary>What customers trust.</summary>
    public CertificateChain Chain { get; }

    /// <summary>The certificate whose key signs.</summary>
    public Certificate Issuer => Chain.Certificates[0];

    /// <summary>Makes the certificates.</summary>
    public SigningCertificateBuilder Builder { get; }

    /// <summary>Signs the promise of the certificate log.</summary>
    public ECDsa LogKey { get; }

    /// <summary>Verifies it; its id is the log's.</summary>
    public VerificationKey LogVerificationKey { get; }

    /// <summary>SHA-256 of each certificate of the chain, in its order.</summary>
    public IReadOnlyList<Sha256Digest> IssuerDigests { get; }

    /// <summary>The chain in PEM, each with its final line feed.</summary>
    public IReadOnlyList<string> ChainPem { get; }

    /// <summary>PEM with a final line feed, as Fulcio sends it.</summary>
    public static string Pem(ReadOnlySpan<byte> certificate) => PemEncoding.WriteString("CERTIFICATE", certificate) + "\n";
}
