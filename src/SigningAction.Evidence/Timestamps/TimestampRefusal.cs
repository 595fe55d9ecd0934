namespace SigningAction.Evidence.Timestamps;

/// <summary>Why a timestamp authority does not stamp: the reasons of PKIFailureInfo (RFC 3161, section 2.4.2).</summary>
public enum TimestampRefusal
{
    /// <summary>Not refused.</summary>
    None = 0,

    /// <summary>The hash algorithm is not SHA-256, SHA-384 or SHA-512 (badAlg).</summary>
    BadAlgorithm,

    /// <summary>The request is of another version, or asks for what is not supported (badRequest).</summary>
    BadRequest,

    /// <summary>The request does not parse, or its digest has not the length of its hash (badDataFormat).</summary>
    BadDataFormat,

    /// <summary>The authority's clock is in doubt (timeNotAvailable).</summary>
    TimeNotAvailable,

    /// <summary>The policy that the request names is not this authority's (unacceptedPolicy).</summary>
    UnacceptedPolicy,

    /// <summary>The request has extensions (unacceptedExtension).</summary>
    UnacceptedExtension,

    /// <summary>A fault of the authority (systemFailure).</summary>
    SystemFailure,
}
