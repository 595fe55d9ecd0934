using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// A bundle that was found, parsed, nothing in it proven; or what was found instead. Exactly one of <paramref name="Bundle"/> and <paramref name="Problem"/> is
/// there.
/// </summary>
/// <param name="Origin">Where from, in words, for the reader. Text of other people.</param>
/// <param name="Bundle">The bundle.</param>
/// <param name="Problem">Why what lies there is none.</param>
internal sealed record FoundBundle(string Origin, Bundle? Bundle, Problem? Problem)
{
    /// <summary>SHA-256 of its bytes as they were found; null where they could not be read.</summary>
    public Sha256Digest? Digest { get; private init; }

    /// <summary>The bundle in these bytes, UTF-8 JSON, or why there is none.</summary>
    public static FoundBundle Of(string origin, ReadOnlySpan<byte> utf8)
    {
        var digest = Sha256Digest.Of(utf8);
        try
        {
            return new FoundBundle(origin, Bundle.Parse(utf8), null) { Digest = digest };
        }
        catch (EvidenceException e)
        {
            return new FoundBundle(origin, null, Problem.Of(e.Failure)) { Digest = digest };
        }
    }
}
