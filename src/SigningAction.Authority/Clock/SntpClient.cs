using System.Net.Sockets;
using System.Security.Cryptography;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Clock;

/// <summary>Asks one time source (SNTP over UDP), and stays away from it for an hour after it asked for that.</summary>
internal sealed class SntpClient(TimeSource source, ClockOptions options, TimeProvider time)
{
    /// <summary>How long a source is left alone that answered with a kiss of death (RFC 5905, section 7.4, asks to stop or to slow down).</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private long? _pausedSince;

    public TimeSource Source => source;

    /// <summary>Asks, again when there is no answer.</summary>
    /// <returns>Null and why, when nothing can be learned.</returns>
    public async Task<(TimeReading? Reading, string Fault)> AskAsync(CancellationToken cancellation)
    {
        if (_pausedSince is { } since && time.GetElapsedTime(since) < Pause)
        {
            return (null, "asked to be left alone");
        }

        _pausedSince = null;
        var fault = "does not answer";
        for (var i = 0; i < options.Tries; i++)
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(options.TimeoutSeconds), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
            try
            {
                var (reading, wrong) = await AskOnceAsync(either.Token);
                switch (wrong)
                {
                    case TimeAnswerFault.None:
                        return (reading, "");
                    case TimeAnswerFault.KissOfDeath:
                        _pausedSince = time.GetTimestamp();
                        return (null, "asks to be left alone");
                    case TimeAnswerFault.NotOurs:
                        fault = "is drowned by datagrams that are no answers";
                        break;
                    case TimeAnswerFault.Unsynchronised:
                        fault = "does not know the time itself";
                        break;
                    case TimeAnswerFault.Contradictory:
                        fault = "contradicts itself";
                        break;
                    default:
                        throw new InvalidOperationException("No such fault.");
                }
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                fault = "does not answer";
            }
            catch (SocketException e)
            {
                fault = $"cannot be reached ({e.SocketErrorCode})";
            }
        }

        return (null, fault);
    }

    private async Task<(TimeReading Reading, TimeAnswerFault Fault)> AskOnceAsync(CancellationToken cancellation)
    {
        // A new socket each time: another source port is sixteen more bits that a stranger must guess (RFC 9109). Connected, so only that address is heard.
        using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(source.Host, source.Port, cancellation);
        var nonce = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        var sent = time.GetUtcNow();
        var stopwatch = time.GetTimestamp();
        await socket.SendAsync(SntpMessage.Ask(nonce), cancellation);

        // One more than an answer has: a longer one is cut there, and is none.
        var buffer = new byte[Limits.TimeAnswerBytes + 1];
        for (var i = 0; i < Limits.TimeAnswers; i++)
        {
            var length = await socket.ReceiveAsync(buffer, cancellation);
            var fault = SntpMessage.Read(buffer.AsSpan(0, length), nonce, sent, time.GetElapsedTime(stopwatch), out var reading);
            if (fault != TimeAnswerFault.NotOurs)
            {
                return (reading, fault);
            }
        }

        return (default, TimeAnswerFault.NotOurs);
    }
}
