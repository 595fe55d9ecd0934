using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Tests.Certificates;
using SigningAction.Evidence.Timestamps;

namespace SigningAction.Evidence.Tests.Timestamps;

public sealed class TimestampSignerTests : IDisposable
{
    private static readonly DateTimeOffset Now = TestTimestampAuthority.Now;
    private readonly TestTimestampAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("SHA256", true)]
    [InlineData("SHA384", false)]
    [InlineData("SHA512", true)]
    public void The_platform_accepts_what_we_stamp(string hash, bool withCertificate)
    {
        var name = new HashAlgorithmName(hash);
        var request = Rfc3161TimestampRequest.CreateFromData(
            "x"u8.ToArray(), name, nonce: TimestampRequest.CreateNonce(), requestSignerCertificates: withCertificate);
        Assert.True(TimestampRequest.TryParse(request.Encode(), out var parsed, out _));
        var response = _authority.Signer.Stamp(parsed, Now, CertificateSerial.Create());
        var token = request.ProcessResponse(response, out var consumed);
        Assert.Equal(response.Length, consumed);
        Assert.Equal(Now, token.TokenInfo.Timestamp);
        Assert.Equal(TimestampSigner.SigstorePolicy, token.TokenInfo.PolicyId.Value);
        using var leaf = X509CertificateLoader.LoadCertificate(_authority.Leaf.RawBytes.Span);
        Assert.True(token.VerifySignatureForData("x"u8.ToArray(), out var signer, [leaf]));
        Assert.Equal(leaf.RawData, signer!.RawData);
    }

    [Fact]
    public void Openssl_accepts_what_we_stamp()
    {
        var openssl = "/usr/bin/openssl";
        Assert.SkipUnless(File.Exists(openssl), "openssl is not installed");
        var folder = Directory.CreateTempSubdirectory("timestamp");
        try
        {
            string PathOf(string name) => Path.Combine(folder.FullName, name);
            File.WriteAllBytes(PathOf("data"), [1, 2, 3]);
            File.WriteAllBytes(PathOf("response"), _authority.Stamp([1, 2, 3]));
            File.WriteAllText(PathOf("root"), PemEncoding.WriteString("CERTIFICATE", _authority.Root.RawBytes.Span));
            using var process = Process.Start(new ProcessStartInfo(
                openssl, ["ts", "-verify", "-data", PathOf("data"), "-in", PathOf("response"), "-CAfile", PathOf("root"), "-attime", $"{Now.ToUnixTimeSeconds()}"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            var output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output);
            Assert.Contains("Verification: OK", output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_certificate_comes_along_only_when_it_is_asked_for()
    {
        Assert.Equal(_authority.Leaf.RawBytes.ToArray(), Assert.Single(TimestampToken.Parse(_authority.Stamp("x"u8)).Certificates).ToArray());
        Assert.Empty(TimestampToken.Parse(_authority.Stamp("x"u8, withCertificate: false)).Certificates);
    }

    [Fact]
    public void The_time_is_rounded_down_to_the_second() =>
        Assert.Equal(Now, TimestampToken.Parse(_authority.Stamp("x"u8, time: Now.AddMilliseconds(999))).ClaimedTime);

    [Fact]
    public void A_request_for_another_policy_is_rejected()
    {
        var request = new TimestampRequest(HashAlgorithmName.SHA256, new byte[32], [], false, "1.2.3");
        var response = TimestampResponse.Parse(_authority.Signer.Stamp(request, Now, CertificateSerial.Create()));
        Assert.False(response.IsGranted);
        var own = new TimestampRequest(HashAlgorithmName.SHA256, new byte[32], [], false, TimestampSigner.SigstorePolicy);
        Assert.True(TimestampResponse.Parse(_authority.Signer.Stamp(own, Now, CertificateSerial.Create())).IsGranted);
    }

    [Fact]
    public void Nothing_is_stamped_outside_of_the_certificates_validity() =>
        Assert.Throws<ArgumentException>(() => _authority.Stamp("x"u8, time: _authority.Leaf.NotAfter.AddSeconds(1)));

    [Fact]
    public void A_key_that_is_not_the_certificates_or_no_timestamping_certificate_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new TimestampSigner(_authority.Leaf, _authority.RootKey));
        Assert.Throws<ArgumentException>(() => new TimestampSigner(_authority.Root, _authority.RootKey));
    }

    [Fact]
    public void A_serial_is_repeated_as_it_is()
    {
        var serial = CertificateSerial.Create();
        var request = TimestampRequest.ForSignature("x"u8);
        Assert.Equal(serial, TimestampToken.Parse(_authority.Signer.Stamp(request, Now, serial)).Serial.ToArray());
    }
}
