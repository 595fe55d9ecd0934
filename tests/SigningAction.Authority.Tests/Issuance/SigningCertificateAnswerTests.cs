using System.Text.Json;
using SigningAction.Authority.Issuance;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Tests.Issuance;

public sealed class SigningCertificateAnswerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(47)]
    [InlineData(48)]
    [InlineData(49)]
    [InlineData(1_500)]
    public void The_answer_is_what_the_serializer_would_write(int length)
    {
        // Every byte, so that + and / of base64 are among them.
        var leaf = Enumerable.Range(0, length).Select(i => (byte)(i * 7 % 256)).ToArray();
        string[] chain = [Pem.OfCertificate([0xff, 0xef, 0xbe]), Pem.OfCertificate(leaf)];
        var whole = new SigningCertificateJson(new EmbeddedSctJson(new ChainJson([Pem.OfCertificate(leaf), .. chain])));

        Assert.Equal(
            JsonSerializer.SerializeToUtf8Bytes(whole, FulcioJson.Readable.SigningCertificateJson),
            new SigningCertificateAnswer(chain).With(leaf));
    }
}
