using System.Buffers.Binary;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Clock;

/// <summary>
/// The two messages of SNTP (RFC 4330; the client's side of RFC 5905). The question carries 64 random bits as its transmit time, which the answer must
/// repeat: who cannot read our traffic cannot answer in a server's name, and the server learns nothing of our clock (RFC 9109 for the port, and
/// draft-ietf-ntp-data-minimization for the rest).
/// </summary>
internal static class SntpMessage
{
    private const int Version = 4;
    private const int ClientMode = 3;
    private const int ServerMode = 4;
    private const int Unsynchronised = 3;
    private const int HighestStratum = 15;

    private const int RootDelay = 4;
    private const int RootDispersion = 8;
    private const int Originate = 24;
    private const int Receive = 32;
    private const int Transmit = 40;

    /// <summary>MAXDIST of RFC 5905, appendix A.1: a source that is further from a reference clock than this is none.</summary>
    private static readonly TimeSpan LargestRootDistance = TimeSpan.FromSeconds(1);

    private static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Era = TimeSpan.FromSeconds(1L << 32);

    /// <summary>A question.</summary>
    public static byte[] Ask(ulong nonce)
    {
        var message = new byte[Limits.TimeAnswerBytes];
        message[0] = (Version << 3) | ClientMode;
        BinaryPrimitives.WriteUInt64BigEndian(message.AsSpan(Transmit), nonce);
        return message;
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The whole datagram.</param>
    /// <param name="nonce">What was asked with.</param>
    /// <param name="sent">Own clock when the question left.</param>
    /// <param name="roundTrip">From then until the answer was there, by a clock that nobody sets.</param>
    /// <param name="reading">What it says.</param>
    public static TimeAnswerFault Read(ReadOnlySpan<byte> answer, ulong nonce, DateTimeOffset sent, TimeSpan roundTrip, out TimeReading reading)
    {
        reading = default;
        if (answer.Length != Limits.TimeAnswerBytes
            || (answer[0] & 7) != ServerMode
            || ((answer[0] >> 3) & 7) is < 3 or > Version
            || BinaryPrimitives.ReadUInt64BigEndian(answer[Originate..]) != nonce)
        {
            return TimeAnswerFault.NotOurs;
        }

        var stratum = answer[1];
        if (stratum == 0)
        {
            return TimeAnswerFault.KissOfDeath;
        }

        var distance = (Short(answer[RootDelay..]) / 2) + Short(answer[RootDispersion..]);
        if (answer[0] >> 6 == Unsynchronised || stratum > HighestStratum || distance >= LargestRootDistance)
        {
            return TimeAnswerFault.Unsynchronised;
        }

        if (BinaryPrimitives.ReadUInt64BigEndian(answer[Receive..]) == 0 || BinaryPrimitives.ReadUInt64BigEndian(answer[Transmit..]) == 0)
        {
            return TimeAnswerFault.Contradictory;
        }

        var received = Time(answer[Receive..], sent);
        var answered = Time(answer[Transmit..], sent);
        var inside = answered - received;
        if (inside < TimeSpan.Zero || inside > roundTrip + LargestRootDistance)
        {
            return TimeAnswerFault.Contradictory;
        }

        // RFC 5905, section 8, with the own clock read once: a step of it between question and answer must not look like half a step of theirs.
        var offset = (received - sent + (answered - (sent + roundTrip))) / 2;
        var network = roundTrip > inside ? roundTrip - inside : TimeSpan.Zero;
        reading = new TimeReading(offset, (network / 2) + distance);
        return TimeAnswerFault.None;
    }

    /// <summary>Seconds since 1900 modulo 2^32, taken from the era that is nearest to the own clock: the first one ends on 7 February 2036.</summary>
    private static DateTimeOffset Time(ReadOnlySpan<byte> at, DateTimeOffset near)
    {
        var seconds = BinaryPrimitives.ReadUInt32BigEndian(at);
        var fraction = BinaryPrimitives.ReadUInt32BigEndian(at[4..]);
        var inEra = TimeSpan.FromTicks((seconds * TimeSpan.TicksPerSecond) + (long)(((ulong)fraction * TimeSpan.TicksPerSecond) >> 32));
        var eras = Math.Round((near - Epoch - inEra) / Era, MidpointRounding.AwayFromZero);
        return Epoch + inEra + (Era * Math.Clamp(eras, 0, 50));
    }

    /// <summary>NTP short format: 16 bits of seconds, 16 of fraction.</summary>
    private static TimeSpan Short(ReadOnlySpan<byte> at) => TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(at) / 65536.0);
}
