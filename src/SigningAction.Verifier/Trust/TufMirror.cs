using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Verifier.Network;

namespace SigningAction.Verifier.Trust;

/// <summary>A TUF repository on the network. It follows no redirect: a mirror that moved is named anew by its user.</summary>
internal sealed class TufMirror(Uri address, WebClient web) : ITufSource
{
    public byte[]? Get(TufFetch fetch)
    {
        var answer = web.Get(new WebRequest(new Uri(address, fetch.Path), "the TUF repository", fetch.MaxBytes)
        {
            Remedy = "Check the network, its proxy and --tuf-url, then try again; signing-verifier trust show says whom verify --offline trusts meanwhile.",
        });
        return answer.Status switch
        {
            System.Net.HttpStatusCode.OK => answer.Body,

            // Buckets that do not list their files say 403 of one that is not there.
            System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Forbidden => null,
            var status => throw ProblemException.NotChecked(
                $"The TUF repository ({address.IdnHost}) answered HTTP {(int)status}.", "Check --tuf-url, or try again later; --offline uses what is at hand."),
        };
    }
}
