using CsCheck;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Tests.Encoding;

public sealed class StrictBase64Tests
{
    [Fact]
    public void Bytes_come_back() => Gen.Byte.Array[0, 100].Sample(bytes =>
    {
        Assert.True(StrictBase64.TryDecode(StrictBase64.Encode(bytes), out var again));
        Assert.Equal(bytes, again);
    });

    [Theory]
    [InlineData("QUJ=")] // stray bits behind "AB"
    [InlineData("QUI")]
    [InlineData("QU I=")]
    [InlineData("QUI=\n")]
    [InlineData("Q===")]
    [InlineData("====")]
    [InlineData("QUI=QUI=")]
    [InlineData("-_-_")]
    [InlineData("QUIé")]
    public void Only_the_canonical_text_of_some_bytes_is_read(string text) => Assert.False(StrictBase64.TryDecode(text, out _));

    [Fact]
    public void Any_text_that_is_read_is_the_text_of_its_bytes() =>
        Gen.String[Gen.Char["ABCDwxyz0189+/= \n"], 0, 12].Sample(text =>
        {
            if (StrictBase64.TryDecode(text, out var bytes))
            {
                Assert.Equal(text, Convert.ToBase64String(bytes));
            }
        });
}
