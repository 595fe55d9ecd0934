using System.Formats.Asn1;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class ExtensionIdentifiersTests
{
    [Theory]
    [InlineData("2.5.29.17")]
    [InlineData("2.5.29.0")]
    [InlineData("2.5.29.127")]
    [InlineData("2.5.29.128")]
    [InlineData("2.5.29.37.0")]
    [InlineData("2.5.30.17")]
    [InlineData("1.3.6.1.4.1.57264.1.24")]
    [InlineData("1.3.6.1.4.1.57264.1.128")]
    [InlineData("1.3.6.1.4.1.57264.2.24")]
    [InlineData("1.3.6.1.4.1.11129.2.4.2")]
    public void An_identifier_reads_as_it_is_at_first_sight_and_again(string oid)
    {
        for (var turn = 0; turn < 2; turn++)
        {
            var reader = new AsnReader((byte[])[.. CertificateWriter.Identifier(oid), 0x05, 0x00], AsnEncodingRules.DER);
            Assert.Equal(oid, ExtensionIdentifiers.Read(reader));
            reader.ReadNull();
            Assert.False(reader.HasData);
        }
    }

    [Theory]
    [InlineData("0603551D")]
    [InlineData("0604551D8011")]
    [InlineData("0403551D11")]
    [InlineData("06")]
    public void What_is_no_identifier_is_refused_as_the_platform_does(string der)
    {
        var reader = new AsnReader(Convert.FromHexString(der), AsnEncodingRules.DER);
        Assert.Throws<AsnContentException>(() => ExtensionIdentifiers.Read(reader));
    }
}
