using System.Text;
using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Tests.Wire;

public sealed class ProtoObjectTests
{
    [Fact]
    public void A_member_is_found_in_both_spellings_and_null_is_absent()
    {
        Assert.Equal("x", Parse("""{"someName":"x"}""").Text("someName"));
        Assert.Equal("x", Parse("""{"some_name":"x"}""").Text("someName"));
        Assert.Equal("", Parse("""{"someName":null}""").Text("someName"));
        Assert.Null(Parse("""{"someName":null}""").Child("someName"));
        Assert.Empty(Parse("{}").Children("list"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[{}]")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{/**/}")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":{"b":1,"b":2}}""")]
    public void What_is_not_one_strict_object_is_refused(string text) => Refused(() => Parse(text));

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused() => Refused(() => ProtoObject.Parse([.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8]));

    [Fact]
    public void A_nesting_bomb_is_refused() => Refused(() => Parse(new string('[', 100_000)));

    [Fact]
    public void Two_spellings_of_one_member_are_a_duplicate() => Refused(() => Parse("""{"someName":"x","some_name":"x"}""").Text("someName"));

    [Fact]
    public void Half_a_surrogate_pair_is_no_text() => Refused(() => Parse("""{"a":"\ud800"}""").Text("a"));

    [Theory]
    [InlineData("QQ")]
    [InlineData("QR==")]
    [InlineData("Q Q=")]
    [InlineData("-_==")]
    public void Base64_has_one_form(string text) => Refused(() => Parse($$"""{"a":"{{text}}"}""").Bytes("a"));

    [Fact]
    public void A_member_that_nobody_read_is_refused_and_its_name_is_shown_harmlessly()
    {
        var json = Parse("{\"known\":\"\",\"evil\\u001b[31m\":1}");
        _ = json.Text("known");
        Assert.DoesNotContain('\u001b', Refused(json.RefuseOthers).Message);
    }

    private static ProtoObject Parse(string text) => ProtoObject.Parse(Encoding.UTF8.GetBytes(text));

    private static RequestRefusedException Refused(Func<object?> read) => Assert.Throws<RequestRefusedException>(() => { _ = read(); });

    private static RequestRefusedException Refused(Action read)
    {
        var refused = Assert.Throws<RequestRefusedException>(read);
        Assert.Equal("REQUEST_MALFORMED", refused.Code);
        Assert.Equal(400, refused.Status);
        return refused;
    }
}
