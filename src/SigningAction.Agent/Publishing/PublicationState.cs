namespace SigningAction.Agent.Publishing;

/// <summary>What became of one bundle at one place.</summary>
public enum PublicationState
{
    /// <summary>Never used: a default value is no result.</summary>
    None = 0,

    /// <summary>It was put there by this run.</summary>
    Published,

    /// <summary>It was there already, the very same bundle: nothing was sent.</summary>
    AlreadyThere,

    /// <summary>It is not there; the publication says why.</summary>
    Failed,
}
