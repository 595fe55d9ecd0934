using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using SigningAction.Agent.Signing;

namespace SigningAction.Agent.Tests.Fakes;

/// <summary>Secrets that are known beforehand, every form in which one could slip out, and a network that remembers to which host each went.</summary>
public sealed class Canaries(HttpMessageHandler network) : DelegatingHandler(network)
{
    private readonly ConcurrentDictionary<string, string> _secrets = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Host, byte[] Said)> _sent = [];
    private readonly ConcurrentBag<byte[]> _keys = [];

    /// <summary>How many keys were made.</summary>
    public int Keys => _keys.Count;

    /// <summary>Looks for <paramref name="secret"/> from now on; it may go to the hosts of <paramref name="hosts"/> alone.</summary>
    public string Watch(string secret, params string[] hosts)
    {
        _secrets[secret] = string.Join(' ', hosts);
        return secret;
    }

    /// <summary>Makes a key and remembers its private number.</summary>
    public EphemeralKey NewKey()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _keys.Add(key.ExportParameters(includePrivateParameters: true).D!);
        return new EphemeralKey(key);
    }

    /// <summary>Searches every byte that was printed, is in a file of the place or was sent.</summary>
    public void RequireUnseen(TestPlace place, params string[] ownFiles)
    {
        var printed = string.Join('\n', place.Printed.Split('\n').Where(line => !line.StartsWith("::add-mask::", StringComparison.Ordinal)));
        var places = new List<(string Where, byte[] Bytes)> { ("the output", Encoding.UTF8.GetBytes(printed)) };
        places.AddRange(Directory.EnumerateFiles(place.Directory_, "*", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(place.Directory_, path), File.ReadAllBytes(path))).Where(file => !ownFiles.Contains(file.Item1, StringComparer.Ordinal)));
        places.AddRange(places.ToList().Select(place => (place.Where + ", unescaped", Encoding.UTF8.GetBytes(Unescaped(place.Bytes)))));
        foreach (var (where, bytes) in places)
        {
            Assert.All(_secrets.Keys.SelectMany(Forms), form => Assert.False(Holds(bytes, form), $"'{Encoding.UTF8.GetString(form)}' is in {where}"));
        }

        foreach (var (host, said) in _sent)
        {
            foreach (var (secret, hosts) in _secrets.Where(secret => !secret.Value.Split(' ').Contains(host, StringComparer.Ordinal)))
            {
                Assert.All(Forms(secret), form => Assert.False(Holds(said, form), $"'{secret}', which is for '{hosts}', was sent to {host}"));
            }

            places.Add(($"a request to {host}", said));
        }

        Assert.NotEmpty(_sent);
        foreach (var (where, bytes) in places)
        {
            Assert.False(Holds(bytes, "PRIVATE KEY"u8.ToArray()), $"a private key is in {where}");
            Assert.All(_keys.SelectMany(FormsOfKey), form => Assert.False(Holds(bytes, form), $"a key is in {where}"));
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        _sent.Enqueue((request.RequestUri!.Host, [.. Encoding.UTF8.GetBytes($"{request.RequestUri}\n{request.Headers}\n"), .. body]));
        return await base.SendAsync(request, cancellationToken);
    }

    private static IEnumerable<byte[]> Forms(string secret) =>
        ((string[])[secret, Uri.EscapeDataString(secret), Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('=')]).Select(Encoding.UTF8.GetBytes);

    private static IEnumerable<byte[]> FormsOfKey(byte[] key) =>
        [key, .. ((string[])[Convert.ToHexString(key), Convert.ToHexStringLower(key), Convert.ToBase64String(key).TrimEnd('='), Base64Url.EncodeToString(key)]).Select(Encoding.UTF8.GetBytes)];

    /// <summary>As a reader of Markdown, of a command for the runner or of JSON sees it.</summary>
    private static string Unescaped(byte[] bytes) =>
        WebUtility.HtmlDecode(Uri.UnescapeDataString(Encoding.UTF8.GetString(bytes))).Replace("\\u002B", "+", StringComparison.OrdinalIgnoreCase);

    private static bool Holds(byte[] bytes, byte[] form) => bytes.AsSpan().IndexOf(form) >= 0;
}
