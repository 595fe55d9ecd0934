using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Publishing;

/// <summary>One bundle at one place: what the summary tells.</summary>
/// <param name="Target">The place, for people: <c>GitHub attestations</c>, <c>release v1.2</c>, <c>ghcr.io/octo/app</c>.</param>
/// <param name="Bundle">File name of the bundle.</param>
/// <param name="State">Whether it is there.</param>
public sealed record Publication(string Target, string Bundle, PublicationState State)
{
    /// <summary>SHA-256 of the bundle's bytes: by it the bundle is known whatever it is called.</summary>
    public Sha256Digest BundleDigest { get; init; }

    /// <summary>Name that the place gave it: the number of an attestation, the name of an asset, the digest of a manifest. Untrusted text.</summary>
    public string? Id { get; init; }

    /// <summary>Page where people find it; built here, never taken from an answer.</summary>
    public string? Url { get; init; }

    /// <summary>Why it is not there, with what to do.</summary>
    public string? Problem { get; init; }

    /// <summary>Words of the service about it; untrusted text.</summary>
    public string? ServerText { get; init; }

    /// <summary>Whether a failure here is told as a warning and does not fail the run.</summary>
    public bool Optional { get; init; }
}
