using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SigningAction.Testing;

/// <summary>An NTP server on loopback that misbehaves on purpose.</summary>
public sealed class TimeServer : IAsyncDisposable
{
    private const int Originate = 24;
    private const int Receive = 32;
    private const int Transmit = 40;

    private static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly TimeProvider _time;
    private readonly Task _loop;
    private int _questions;

    /// <summary>Starts it on a free port.</summary>
    public TimeServer(TimeProvider time)
    {
        _time = time;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Its <c>HOST:PORT</c>.</summary>
    public string Address => _socket.Client.LocalEndPoint!.ToString()!;

    /// <summary>How it misbehaves.</summary>
    public TimeServerFault Fault { get; set; }

    /// <summary>How far it stands ahead of the clock that it was given.</summary>
    public TimeSpan Offset { get; set; }

    /// <summary>The time that it says, instead of any clock's.</summary>
    public DateTimeOffset? Fixed { get; set; }

    /// <summary>Questions so far.</summary>
    public int Questions => Volatile.Read(ref _questions);

    /// <summary>The last question.</summary>
    public byte[] Question { get; private set; } = [];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _loop;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            UdpReceiveResult question;
            try
            {
                question = await _socket.ReceiveAsync();
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }

            Question = question.Buffer;
            _ = Interlocked.Increment(ref _questions);
            foreach (var answer in Answers(question.Buffer))
            {
                try
                {
                    _ = await _socket.SendAsync(answer, question.RemoteEndPoint);
                }
                catch (Exception e) when (e is ObjectDisposedException or SocketException)
                {
                    // Closing the socket while an answer leaves gives either of the two.
                    return;
                }
            }
        }
    }

    private IEnumerable<byte[]> Answers(byte[] question)
    {
        var answer = Answer(question);
        switch (Fault)
        {
            case TimeServerFault.Silent:
                return [];
            case TimeServerFault.Echo:
                return [question];
            case TimeServerFault.CutShort:
                return [answer[..^1]];
            case TimeServerFault.TooLong:
                return [[.. answer, .. new byte[20]]];
            case TimeServerFault.Empty:
                return [[]];
            case TimeServerFault.ForgedFirst:
                return [.. Enumerable.Range(0, 8).Select(_ => Forged(answer)), answer];
            case TimeServerFault.Flood:
                return Enumerable.Range(0, 100).Select(_ => Forged(answer));
            default:
                Damage(answer);
                return [answer];
        }
    }

    /// <summary>From somebody who sees that we ask, and not what.</summary>
    private static byte[] Forged(byte[] answer)
    {
        byte[] forged = [.. answer];
        forged[Originate] ^= 0x80;
        Write(forged, Receive, DateTimeOffset.UnixEpoch);
        Write(forged, Transmit, DateTimeOffset.UnixEpoch);
        return forged;
    }

    private byte[] Answer(byte[] question)
    {
        var answer = new byte[48];
        answer[0] = (4 << 3) | 4;
        answer[1] = 2;
        answer[3] = 0xEC;
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(4), 65); // 1 ms
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(8), 65);
        question.AsSpan(40, 8).CopyTo(answer.AsSpan(Originate));
        var now = Fixed ?? (_time.GetUtcNow() + Offset);
        Write(answer, Receive, now);
        Write(answer, Transmit, now);
        return answer;
    }

    private void Damage(byte[] answer)
    {
        switch (Fault)
        {
            case TimeServerFault.OtherOriginate:
                answer[Originate + 7] ^= 1;
                break;
            case TimeServerFault.NoOriginate:
                answer.AsSpan(Originate, 8).Clear();
                break;
            case TimeServerFault.Broadcast:
                answer[0] = (4 << 3) | 5;
                break;
            case TimeServerFault.OldVersion:
                answer[0] = (2 << 3) | 4;
                break;
            case TimeServerFault.KissOfDeath:
                answer[1] = 0;
                Encoding.ASCII.GetBytes("RATE").CopyTo(answer, 12);
                break;
            case TimeServerFault.Alarm:
                answer[0] |= 0xC0;
                break;
            case TimeServerFault.NoStratum:
                answer[1] = 16;
                break;
            case TimeServerFault.Imprecise:
                answer[9] = 2;
                break;
            case TimeServerFault.Distant:
                answer[5] = 4;
                break;
            case TimeServerFault.NoTransmit:
                answer.AsSpan(Transmit, 8).Clear();
                break;
            case TimeServerFault.NoReceive:
                answer.AsSpan(Receive, 8).Clear();
                break;
            case TimeServerFault.Backwards:
                Write(answer, Receive, _time.GetUtcNow() + TimeSpan.FromSeconds(3));
                break;
            case TimeServerFault.Held:
                Write(answer, Receive, _time.GetUtcNow() - TimeSpan.FromSeconds(30));
                Write(answer, Transmit, _time.GetUtcNow() + TimeSpan.FromSeconds(30));
                break;
            default:
                break;
        }
    }

    private static void Write(byte[] answer, int at, DateTimeOffset time)
    {
        var ticks = (time - Epoch).Ticks;
        var seconds = unchecked((uint)(ticks / TimeSpan.TicksPerSecond));
        var fraction = (uint)(((ulong)(ticks % TimeSpan.TicksPerSecond) << 32) / TimeSpan.TicksPerSecond);
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(at), seconds);
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(at + 4), fraction);
    }
}
