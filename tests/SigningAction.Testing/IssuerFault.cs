namespace SigningAction.Testing;

/// <summary>How a <see cref="PipelineIssuer"/> misbehaves when it is asked for a document.</summary>
public enum IssuerFault
{
    /// <summary>It behaves.</summary>
    None = 0,

    /// <summary>The connection breaks before an answer.</summary>
    Abort,

    /// <summary>Status 503.</summary>
    ServerError,

    /// <summary>Status 302 to <see cref="PipelineIssuer.Elsewhere"/>, which serves the real document.</summary>
    Redirect,

    /// <summary>10 MB of JSON white space with a Content-Length.</summary>
    Huge,

    /// <summary>10 MB of JSON white space in chunks.</summary>
    HugeChunked,

    /// <summary>One byte, then nothing until the caller gives up.</summary>
    Slow,

    /// <summary>Status 200 with a web page.</summary>
    Html,

    /// <summary>The first half of the document.</summary>
    Half,

    /// <summary>The document with its first member twice.</summary>
    DuplicateMember,
}
