using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Bundles;

/// <summary>Caps of the kept bundles.</summary>
internal static class BundleLimits
{
    /// <summary>Bytes of one bundle: what the log takes as an envelope, and beside it a certificate, log entries and timestamps.</summary>
    public const int BundleBytes = Limits.EntryRequestBodyBytes + (256 * 1024);

    /// <summary>Bundles that are kept of one artifact: a signature, an SBOM, provenance and test results of a few dozen builds of the same bytes.</summary>
    public const int OfOneArtifact = 128;

    /// <summary>Bundles of one answer, as many as <c>gh</c> asks for by default.</summary>
    public const int Answered = 30;

    /// <summary>Bytes of one answer: over the largest bundle, and little enough for a server that answers many at once.</summary>
    public const int AnswerBytes = 8 * 1024 * 1024;
}
