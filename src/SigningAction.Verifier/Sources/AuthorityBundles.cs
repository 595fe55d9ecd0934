using System.Globalization;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Network;
using HttpStatusCode = System.Net.HttpStatusCode;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// Bundles that a signing-authority keeps, by the artifact's SHA-256: one in each line, the newest first. It is asked for copies only; whether one proves anything
/// is decided by the trusted root, so this need not be an authority that is trusted.
/// </summary>
internal sealed class AuthorityBundles(WebClient web, Uri authority, int limit) : IBundleSource
{
    public IEnumerable<FoundBundle> Find(TargetArtifact target)
    {
        try
        {
            var answer = web.Get(new WebRequest(Address(target.Artifact.Sha256), "the authority", SourceLimits.PageBytes) { Accept = "application/jsonl" });
            return answer.Status switch
            {
                HttpStatusCode.OK => Lines(answer.Body),
                HttpStatusCode.NotFound => [],
                _ => [Failed(ProblemException.NotChecked($"The authority {authority.IdnHost} answers HTTP {(int)answer.Status}.", "Try again, or verify with the bundles at hand: --bundle FILE."))],
            };
        }
        catch (ProblemException e)
        {
            return [Failed(e)];
        }
    }

    public string Nothing(TargetArtifact target) => $"the authority {PrintableText.Exact(authority.IdnHost)} keeps no bundle of it";

    private Uri Address(Sha256Digest artifact) => new($"{authority.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v1/bundles/{TargetArtifact.DigestPrefix}{artifact}");

    private FoundBundle Failed(ProblemException e) => new(authority.IdnHost, null, e.Problem);

    private List<FoundBundle> Lines(ReadOnlySpan<byte> body)
    {
        var found = new List<FoundBundle>();
        foreach (var range in body.Split((byte)'\n'))
        {
            if (found.Count < limit && body[range].Trim(" \t\r"u8) is { IsEmpty: false } line)
            {
                found.Add(FoundBundle.Of(string.Create(CultureInfo.InvariantCulture, $"{authority.IdnHost} (bundle {found.Count + 1})"), line));
            }
        }

        return found;
    }
}
