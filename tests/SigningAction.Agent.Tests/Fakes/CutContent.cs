using System.Net;

namespace SigningAction.Agent.Tests.Fakes;

/// <summary>The beginning of an answer, and then nothing: it breaks, it hangs until it is given up, or it ends as if that were all.</summary>
public sealed class CutContent(byte[] beginning, CutContent.Then then) : HttpContent
{
    /// <summary>What comes after the beginning.</summary>
    public enum Then
    {
        End,
        Break,
        Hang,
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => throw new NotSupportedException("It is read as a stream.");

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(new Cut(beginning, then));

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    private sealed class Cut(byte[] beginning, Then then) : MemoryStream(beginning)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // One byte at a time, as from the slowest of services.
            var read = await base.ReadAsync(buffer[..1], cancellationToken);
            if (read == 0 && then == Then.Hang)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return read > 0 || then == Then.End ? read : throw new HttpIOException(HttpRequestError.ResponseEnded);
        }
    }
}
