using System.Security.Cryptography;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Tests.Certificates;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>An instance as GitHub runs one for private repositories: an authority and a timestamp authority, no log of any kind.</summary>
internal static class PrivateInstance
{
    /// <summary>A signature of such an instance, and what to trust.</summary>
    /// <param name="organization">The authorities' organization.</param>
    /// <param name="keys">Of the root, the issuer, the timestamp root, the timestamp authority and the signer.</param>
    /// <param name="artifact">What is signed.</param>
    public static (Bundle Bundle, TrustedRoot Root) Sign(string organization, ECDsa[] keys, byte[] artifact)
    {
        var (rootKey, issuerKey, tsaRootKey, tsaKey, leafKey) = keys switch { [var a, var b, var c, var d, var e] => (a, b, c, d, e), _ => throw new InvalidOperationException() };
        var builder = new AuthorityCertificateBuilder(organization, InMemorySigstore.Start);
        var end = InMemorySigstore.Start.AddYears(10);
        var anchor = builder.Root("root", rootKey, end);
        var issuer = builder.Intermediate("issuer", VerificationKey.Of(issuerKey), anchor, rootKey, end);
        var tsaRoot = builder.TimestampRoot("tsa root", tsaRootKey, end);
        var tsa = builder.TimestampLeaf("tsa", VerificationKey.Of(tsaKey), tsaRoot, tsaRootKey, end);
        var root = new TrustedRootBuilder { Organization = organization }
            .AddCertificateAuthority("https://fulcio.example", "issuer", [issuer.RawBytes, anchor.RawBytes], new Validity(InMemorySigstore.Start))
            .AddTimestampAuthority("https://tsa.example", "tsa", [tsa.RawBytes, tsaRoot.RawBytes], new Validity(InMemorySigstore.Start))
            .Build();
        var workflow = InMemorySigstore.Workflow;
        var certificate = CertificateForge.Leaf(leafKey)
            .With(leaf => (leaf.Issuer, leaf.NotBefore, leaf.NotAfter) = (issuer.Subject.RawBytes.ToArray(), InMemorySigstore.Now, InMemorySigstore.Now.AddMinutes(10)))
            .WithExtension(CertificateForge.SanUri(workflow.SignerUri))
            .WithExtension(CertificateForge.Issuer1(workflow.Issuer))
            .WithExtension(CertificateForge.Sigstore(12, workflow.RepositoryUri!))
            .Sign(issuerKey);
        var signature = leafKey.SignData(artifact, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var stamp = new TimestampSigner(tsa, tsaKey).Stamp(TimestampRequest.ForSignature(signature), InMemorySigstore.Now.AddSeconds(1), CertificateSerial.Create());
        return (Bundle.Create(certificate, MessageSignature.Over(Sha256Digest.Of(artifact), signature), [], [stamp]), root);
    }
}
