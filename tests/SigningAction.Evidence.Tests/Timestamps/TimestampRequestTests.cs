using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using CsCheck;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Tests.Certificates;
using SigningAction.Evidence.Timestamps;

namespace SigningAction.Evidence.Tests.Timestamps;

public sealed class TimestampRequestTests
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";

    public static TheoryData<string> Hashes => new("SHA256", "SHA384", "SHA512");

    [Theory]
    [MemberData(nameof(Hashes))]
    public void A_request_comes_back_as_it_was_made(string hash)
    {
        var name = new HashAlgorithmName(hash);
        Gen.Select(Gen.Byte.Array[1, Limits.TimestampNonceOctets - 1], Gen.Bool, Gen.Bool).Sample((random, certificate, policy) =>
        {
            byte[] nonce = [(byte)((random[0] & 0x3f) | 0x40), .. random.AsSpan(1)];
            var request = new TimestampRequest(
                name, CryptographicOperations.HashData(name, random), random.Length % 3 == 0 ? [] : nonce, certificate, policy ? "1.2.3.4" : null);
            Assert.True(TimestampRequest.TryParse(request.Encode(), out var parsed, out var refusal), refusal.ToString());
            Assert.Equal(request.Encode(), parsed.Encode());
            Assert.Equal((request.Hash, request.RequestCertificate, request.Policy), (parsed.Hash, parsed.RequestCertificate, parsed.Policy));
            Assert.Equal(request.Digest.ToArray(), parsed.Digest.ToArray());
            Assert.Equal(request.Nonce.ToArray(), parsed.Nonce.ToArray());
        }, iter: 50);
    }

    [Theory]
    [MemberData(nameof(Hashes))]
    public void The_platform_reads_ours_and_we_read_the_platforms(string hash)
    {
        var name = new HashAlgorithmName(hash);
        var digest = CryptographicOperations.HashData(name, "x"u8);
        var nonce = TimestampRequest.CreateNonce();
        var ours = new TimestampRequest(name, digest, nonce, requestCertificate: true, policy: "1.2.3").Encode();
        Assert.True(Rfc3161TimestampRequest.TryDecode(ours, out var platform, out var consumed));
        Assert.Equal(ours.Length, consumed);
        Assert.Equal(digest, platform.GetMessageHash().ToArray());
        Assert.Equal(nonce, platform.GetNonce()!.Value.ToArray());
        Assert.Equal(("1.2.3", true), (platform.RequestedPolicyId!.Value, platform.RequestSignerCertificate));

        var theirs = Rfc3161TimestampRequest.CreateFromHash(digest, name, new Oid("1.2.3"), nonce, requestSignerCertificates: true).Encode();
        Assert.True(TimestampRequest.TryParse(theirs, out var parsed, out _));
        Assert.Equal((name, "1.2.3", true), (parsed.Hash, parsed.Policy, parsed.RequestCertificate));
        Assert.Equal(nonce, parsed.Nonce.ToArray());
    }

    [Fact]
    public void The_requests_of_the_public_vectors_parse()
    {
        foreach (var file in SharedMaterial.Files("*request.der", "vectors", "rfc3161"))
        {
            Assert.True(TimestampRequest.TryParse(File.ReadAllBytes(file), out var request, out var refusal), $"{file}: {refusal}");
            Assert.Equal(File.ReadAllBytes(file), Normalise(request));
        }
    }

    [Fact]
    public void Every_truncation_and_every_byte_too_many_is_refused()
    {
        var der = TimestampRequest.ForSignature("x"u8).Encode();
        for (var length = 0; length < der.Length; length++)
        {
            Refused(TimestampRefusal.BadDataFormat, der[..length]);
        }

        Refused(TimestampRefusal.BadDataFormat, [.. der, 0]);
        Refused(TimestampRefusal.BadDataFormat, new byte[Limits.TimestampRequestBytes + 1]);
    }

    [Theory]
    [InlineData("1.3.14.3.2.26")] // SHA-1
    [InlineData("1.2.840.113549.2.5")] // MD5
    [InlineData("2.16.840.1.101.3.4.2.8")] // SHA3-256
    public void Another_hash_is_refused_as_such(string oid) => Refused(TimestampRefusal.BadAlgorithm, Forge(hash: oid));

    [Fact]
    public void A_digest_of_another_length_is_refused() => Refused(TimestampRefusal.BadDataFormat, Forge(digest: new byte[64]));

    [Fact]
    public void Another_version_is_refused() => Refused(TimestampRefusal.BadRequest, Forge(version: 2));

    [Fact]
    public void Extensions_are_refused() => Refused(TimestampRefusal.UnacceptedExtension, Forge(more: w =>
    {
        using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            w.WriteEncodedValue(CertificateForge.Extension("1.2.3", false, [5, 0]));
        }
    }));

    [Fact]
    public void A_nonce_over_its_cap_is_refused()
    {
        Refused(TimestampRefusal.BadDataFormat, Forge(more: w => w.WriteIntegerUnsigned([0x40, .. new byte[Limits.TimestampNonceOctets]])));
        Assert.True(TimestampRequest.TryParse(Forge(more: w => w.WriteIntegerUnsigned([0x40, .. new byte[Limits.TimestampNonceOctets - 1]])), out _, out _));
    }

    [Fact]
    public void A_negative_nonce_is_kept_as_it_is()
    {
        Assert.True(TimestampRequest.TryParse(Forge(more: w => w.WriteInteger(-5)), out var request, out _));
        Assert.Equal([0xfb], request.Nonce.ToArray());
        Assert.Equal(Forge(more: w => w.WriteInteger(-5)), request.Encode());
    }

    [Fact]
    public void A_request_for_a_signature_has_a_fresh_nonce_and_asks_for_the_certificate()
    {
        var request = TimestampRequest.ForSignature("x"u8);
        Assert.Equal(SHA256.HashData("x"u8), request.Digest.ToArray());
        Assert.True(request.RequestCertificate);
        Assert.Equal(8, request.Nonce.Length);
        Assert.NotEqual(request.Nonce.ToArray(), TimestampRequest.ForSignature("x"u8).Nonce.ToArray());
    }

    [Fact]
    public void A_request_that_contradicts_itself_is_never_made()
    {
        Assert.Throws<ArgumentException>(() => new TimestampRequest(HashAlgorithmName.SHA256, new byte[64], [], false));
        Assert.Throws<ArgumentException>(() => new TimestampRequest(HashAlgorithmName.SHA1, new byte[20], [], false));
    }

    private static void Refused(TimestampRefusal expected, byte[] der)
    {
        Assert.False(TimestampRequest.TryParse(der, out var request, out var refusal));
        Assert.Null(request);
        Assert.Equal(expected, refusal);
    }

    /// <summary>The vectors write NULL parameters of the hash; ours leave them out, as RFC 5754 prefers.</summary>
    private static byte[] Normalise(TimestampRequest request)
    {
        var der = request.Encode();
        var nested = Convert.ToHexString(der);
        var oid = request.Hash == HashAlgorithmName.SHA256 ? "0609608648016503040201" : request.Hash == HashAlgorithmName.SHA384 ? "0609608648016503040202" : "0609608648016503040203";
        var at = nested.IndexOf(oid, StringComparison.Ordinal) / 2;
        byte[] longer = [.. der.AsSpan(0, at + 11), 5, 0, .. der.AsSpan(at + 11)];
        longer[1] += 2; // TimeStampReq
        longer[6] += 2; // MessageImprint
        longer[8] += 2; // AlgorithmIdentifier
        return longer;
    }

    private static byte[] Forge(string hash = Sha256, byte[]? digest = null, int version = 1, Action<AsnWriter>? more = null) => CertificateForge.Der(w =>
    {
        using (w.PushSequence())
        {
            w.WriteInteger(version);
            using (w.PushSequence())
            {
                w.WriteEncodedValue(CertificateForge.Algorithm(hash));
                w.WriteOctetString(digest ?? new byte[32]);
            }

            more?.Invoke(w);
        }
    });
}
