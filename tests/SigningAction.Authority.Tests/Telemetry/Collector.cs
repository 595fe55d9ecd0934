using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SigningAction.Authority.Tests.Telemetry;

/// <summary>An OpenTelemetry collector: takes OTLP over HTTP in protobuf on a free port, and keeps every text that is in it.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _texts = new(StringComparer.Ordinal);

    private Collector(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var collector = new Collector(builder.Build());
        foreach (var kind in new[] { "metrics", "traces" })
        {
            collector._app.MapPost($"/v1/{kind}", context => collector.TakeAsync(kind, context));
        }

        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>Every text of what came: names, labels, attributes.</summary>
    public IReadOnlySet<string> Texts(string kind) => _texts.TryGetValue(kind, out var texts) ? texts.Keys.ToHashSet(StringComparer.Ordinal) : [];

    /// <summary>Waits until a text came.</summary>
    public async Task CameAsync(string kind, string text)
    {
        for (var tries = 0; !Texts(kind).Contains(text); tries++)
        {
            Assert.True(tries < 1200, $"'{text}' never came; there are:\n{string.Join('\n', Texts(kind))}");
            await Task.Delay(50);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(string kind, HttpContext context)
    {
        Assert.Equal("application/x-protobuf", context.Request.ContentType);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Read(body.ToArray(), _texts.GetOrAdd(kind, _ => new(StringComparer.Ordinal)));
        context.Response.ContentType = "application/x-protobuf";
    }

    /// <summary>Fields with a length are messages or texts; which, the bytes do not say, so both are looked for: too much is found and nothing missed.</summary>
    private static bool Read(ReadOnlySpan<byte> message, ConcurrentDictionary<string, bool> texts)
    {
        while (!message.IsEmpty)
        {
            if (!Number(ref message, out var tag))
            {
                return false;
            }

            var skip = (tag & 7) switch { 1 => 8, 5 => 4, 0 => 0, 2 => 0, _ => -1 };
            if (skip < 0 || skip > message.Length || tag < 8)
            {
                return false;
            }

            message = message[skip..];
            if ((tag & 7) is 0 && !Number(ref message, out _))
            {
                return false;
            }

            if ((tag & 7) is 2)
            {
                if (!Number(ref message, out var length) || length > (ulong)message.Length)
                {
                    return false;
                }

                var value = message[..(int)length];
                message = message[(int)length..];
                var inner = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
                if (Read(value, inner))
                {
                    foreach (var text in inner.Keys)
                    {
                        texts[text] = true;
                    }
                }

                if (value.Length > 1 && !value.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e))
                {
                    texts[Encoding.ASCII.GetString(value)] = true;
                }
            }
        }

        return true;
    }

    private static bool Number(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < Math.Min(10, bytes.Length); i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
