using System.Net;
using System.Net.Http.Headers;

namespace SigningAction.Verifier.Network;

/// <summary>A whole answer, capped. Nothing in it is believed yet.</summary>
/// <param name="Address">Where it came from in the end.</param>
/// <param name="Status">Its status.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Body">Its bytes.</param>
internal sealed record WebAnswer(Uri Address, HttpStatusCode Status, HttpResponseHeaders Headers, byte[] Body)
{
    /// <summary>The first value of a header.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    /// <summary>
    /// The address of <c>Link: …; rel="next"</c> (RFC 8288), only on the server that was asked: a page that lies elsewhere, also where a redirect led to, would
    /// take the token along.
    /// </summary>
    public Uri? Next(Uri server)
    {
        foreach (var link in Headers.TryGetValues("Link", out var values) ? values.SelectMany(value => value.Split(',')) : [])
        {
            var end = link.IndexOf('>', StringComparison.Ordinal);
            var begin = link.IndexOf('<', StringComparison.Ordinal);
            if (begin >= 0 && end > begin && link.AsSpan(end).Contains("rel=\"next\"", StringComparison.Ordinal)
                && Uri.TryCreate(Address, link[(begin + 1)..end], out var next)
                && WebRequest.IsSameServer(next, server))
            {
                return next;
            }
        }

        return null;
    }
}
