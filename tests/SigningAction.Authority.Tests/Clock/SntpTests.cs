using System.Net;
using SigningAction.Authority.Clock;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Clock;

/// <summary>What is believed of a time source: only its answer to our question, and only when it knows the time itself.</summary>
public sealed class SntpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-5)]
    [InlineData(3600)]
    [InlineData(-3600)]
    public async Task An_answer_says_how_far_the_source_is_ahead(int seconds)
    {
        await using var lab = new TimeLab(servers: 1);
        lab.Servers[0].Offset = TimeSpan.FromSeconds(seconds);
        var (reading, _) = await Client(lab).AskAsync(Cancellation);
        Assert.Equal(seconds, reading!.Value.Offset.TotalSeconds, 0.001);
        Assert.InRange(reading.Value.Uncertainty, TimeSpan.Zero, TimeSpan.FromMilliseconds(5));
    }

    [Theory]
    [InlineData(TimeServerFault.Silent, "does not answer")]
    [InlineData(TimeServerFault.OtherOriginate, "does not answer")]
    [InlineData(TimeServerFault.NoOriginate, "does not answer")]
    [InlineData(TimeServerFault.Echo, "does not answer")]
    [InlineData(TimeServerFault.Broadcast, "does not answer")]
    [InlineData(TimeServerFault.OldVersion, "does not answer")]
    [InlineData(TimeServerFault.CutShort, "does not answer")]
    [InlineData(TimeServerFault.TooLong, "does not answer")]
    [InlineData(TimeServerFault.Empty, "does not answer")]
    [InlineData(TimeServerFault.KissOfDeath, "asks to be left alone")]
    [InlineData(TimeServerFault.Alarm, "does not know the time itself")]
    [InlineData(TimeServerFault.NoStratum, "does not know the time itself")]
    [InlineData(TimeServerFault.Imprecise, "does not know the time itself")]
    [InlineData(TimeServerFault.Distant, "does not know the time itself")]
    [InlineData(TimeServerFault.NoTransmit, "contradicts itself")]
    [InlineData(TimeServerFault.NoReceive, "contradicts itself")]
    [InlineData(TimeServerFault.Backwards, "contradicts itself")]
    [InlineData(TimeServerFault.Held, "contradicts itself")]
    [InlineData(TimeServerFault.Flood, "is drowned by datagrams that are no answers")]
    public async Task An_answer_that_is_none_is_not_believed(TimeServerFault fault, string said)
    {
        await using var lab = new TimeLab(servers: 1);
        lab.Servers[0].Fault = fault;
        Task<(TimeReading? Reading, string Fault)> asking = null!;
        await lab.PassAsync(() => asking = Client(lab).AskAsync(Cancellation));
        var (reading, wrong) = await asking;
        Assert.Null(reading);
        Assert.Equal(said, wrong);
    }

    [Fact]
    public async Task Forged_answers_before_the_true_one_change_nothing()
    {
        await using var lab = new TimeLab(servers: 1);
        lab.Servers[0].Fault = TimeServerFault.ForgedFirst;
        var (reading, _) = await Client(lab).AskAsync(Cancellation);
        Assert.True(reading!.Value.Agrees(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Every_question_is_random_and_says_nothing_of_the_own_clock()
    {
        await using var lab = new TimeLab(servers: 1);
        var client = Client(lab);
        _ = await client.AskAsync(Cancellation);
        var first = lab.Servers[0].Question;
        _ = await client.AskAsync(Cancellation);
        var second = lab.Servers[0].Question;
        Assert.Equal(48, first.Length);
        Assert.Equal(0x23, first[0]);
        Assert.All(first[1..40], b => Assert.Equal(0, b));
        Assert.NotEqual(first[40..], second[40..]);
    }

    [Fact]
    public async Task A_source_that_asks_to_be_left_alone_is_left_alone_for_an_hour()
    {
        await using var lab = new TimeLab(servers: 1);
        lab.Servers[0].Fault = TimeServerFault.KissOfDeath;
        var client = Client(lab);
        _ = await client.AskAsync(Cancellation);
        lab.Servers[0].Fault = TimeServerFault.None;
        lab.True.Advance(TimeSpan.FromMinutes(59));
        Assert.Null((await client.AskAsync(Cancellation)).Reading);
        Assert.Equal(1, lab.Servers[0].Questions);
        lab.True.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull((await client.AskAsync(Cancellation)).Reading);
    }

    [Fact]
    public async Task A_source_is_asked_again_as_often_as_configured()
    {
        await using var lab = new TimeLab(servers: 1);
        lab.Servers[0].Fault = TimeServerFault.Silent;
        await lab.PassAsync(() => new SntpClient(Source(lab), lab.Options with { Tries = 3 }, lab.Clock).AskAsync(Cancellation));
        Assert.Equal(3, lab.Servers[0].Questions);
    }

    [Theory]
    [InlineData("2036-02-07T06:28:15Z")]
    [InlineData("2036-02-07T06:28:16.5Z")]
    [InlineData("2036-02-07T06:28:17Z")]
    [InlineData("2038-01-19T03:14:07Z")]
    [InlineData("2038-01-19T03:14:08Z")]
    [InlineData("2106-02-07T06:28:16.5Z")]
    public async Task Neither_the_era_of_NTP_nor_2038_is_an_end_of_time(string now)
    {
        var start = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var off in new[] { -2, 0, 2 })
        {
            await using var lab = new TimeLab(start, servers: 1);
            lab.Servers[0].Offset = TimeSpan.FromSeconds(off);
            var (reading, _) = await Client(lab).AskAsync(Cancellation);
            Assert.Equal(off, reading!.Value.Offset.TotalSeconds, 0.001);
        }
    }

    [Fact]
    public void Any_datagram_is_read_without_a_fault_of_ours() => CsCheck.Check.Sample(
        CsCheck.Gen.Byte.Array[0, 80],
        bytes =>
        {
            // The originate time is ours, so that what is behind it is reached.
            var nonce = bytes.Length >= 32 ? System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(24)) : 0;
            var fault = SntpMessage.Read(bytes, nonce, TimeLab.Noon, TimeSpan.FromSeconds(1), out var reading);
            return fault != TimeAnswerFault.None || reading.Uncertainty >= TimeSpan.Zero;
        },
        iter: 20_000);

    [Theory]
    [InlineData("time.example", "time.example:123")]
    [InlineData("time.example:1123", "time.example:1123")]
    [InlineData("192.0.2.1", "192.0.2.1:123")]
    [InlineData("2001:db8::1", "2001:db8::1:123")]
    [InlineData("[2001:db8::1]:1123", "2001:db8::1:1123")]
    public void A_source_is_a_host_and_perhaps_a_port(string text, string source)
    {
        Assert.True(TimeSource.TryParse(text, out var parsed));
        Assert.Equal(source, parsed.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("time.example:0")]
    [InlineData("time.example:65536")]
    [InlineData("time.example:+1")]
    [InlineData("ntp://time.example")]
    [InlineData("time example")]
    [InlineData(":123")]
    public void Anything_else_is_no_source(string text) => Assert.False(TimeSource.TryParse(text, out _));

    private static TimeSource Source(TimeLab lab) => new("127.0.0.1", IPEndPoint.Parse(lab.Servers[0].Address).Port);

    private static SntpClient Client(TimeLab lab) => new(Source(lab), lab.Options, lab.Clock);
}
