namespace SigningAction.Agent;

/// <summary>Why the agent did not sign: a closed set. <see cref="AgentFaults"/> gives the exit code and the stable text of each.</summary>
public enum AgentFault
{
    /// <summary>Never used: a default value is not a reason.</summary>
    None = 0,

    // --- Refused: somebody decided, or evidence is bad ----------------------------------------------------------

    /// <summary>There is no identity token and no right to ask for one.</summary>
    NoIdentity,

    /// <summary>The identity token is no JWT of a usable form.</summary>
    TokenMalformed,

    /// <summary>The identity token has expired.</summary>
    TokenExpired,

    /// <summary>The repository is private or internal, and what was asked for would write its name into a public log.</summary>
    PrivateRepository,

    /// <summary>A service understood the request and refused it: policy, token, form.</summary>
    RefusedByService,

    /// <summary>A service's answer is well made but for another key, digest or identity.</summary>
    AnswerForAnother,

    /// <summary>Evidence refused what a service answered, or the finished bundle.</summary>
    EvidenceRefused,

    /// <summary>The verified certificate does not say what the provenance needs.</summary>
    IdentityIncomplete,

    /// <summary>A file is not a regular file, or a glob match is a link out of the directory it was asked for.</summary>
    SubjectRefused,

    /// <summary>A file changed while it was hashed.</summary>
    SubjectChanged,

    /// <summary>There are more subjects than one run takes.</summary>
    TooManySubjects,

    /// <summary>The environment loads code of others into this process.</summary>
    ForeignCode,

    // --- Usage ---------------------------------------------------------------------------------------------------

    /// <summary>The command line, or a file that it names as configuration, is wrong.</summary>
    Usage,

    /// <summary>A path or pattern matches no file.</summary>
    NoMatch,

    // --- Could not: I/O, network, our fault ----------------------------------------------------------------------

    /// <summary>A service did not answer, or answered that it cannot now, for as long as the time budget allowed.</summary>
    ServiceUnavailable,

    /// <summary>What answered is not the service that was meant: a web page, another status, another form.</summary>
    NotTheService,

    /// <summary>The TLS certificate of a service is not trusted by this machine.</summary>
    TlsUntrusted,

    /// <summary>A log holds this entry already and does not hand it out again.</summary>
    LogConflict,

    /// <summary>A file cannot be read.</summary>
    CannotRead,

    /// <summary>A file cannot be written.</summary>
    CannotWrite,

    /// <summary>Everything was signed and written, and a place that was asked for did not get it.</summary>
    NotPublished,

    /// <summary>The run was stopped by a signal.</summary>
    Stopped,

    /// <summary>A fault of this program.</summary>
    Internal,
}
