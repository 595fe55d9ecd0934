namespace SigningAction.Evidence.Policy;

/// <summary>
/// Why a signing policy decided as it did: a closed set. The text form (<see cref="PolicyReasons.Text"/>) is stable and fit for audit,
/// metrics and scripts.
/// </summary>
public enum PolicyReason
{
    /// <summary>Never used: a default value is not a reason.</summary>
    None = 0,

    /// <summary>A rule allows it and none denies it.</summary>
    Allowed,

    /// <summary>A deny rule applies; it wins over every allow rule.</summary>
    DeniedByRule,

    /// <summary>The policy allows nothing.</summary>
    NoRules,

    /// <summary>The platform gave neither a repository id nor an owner id: nothing to bind a right to.</summary>
    IdsMissing,

    /// <summary>The closest rule asks for a claim that the platform did not give.</summary>
    ClaimMissing,

    /// <summary>No rule is for this issuer.</summary>
    IssuerNotAllowed,

    /// <summary>No rule is for this repository or owner id.</summary>
    RepositoryNotAllowed,

    /// <summary>A rule has this repository's or owner's name with another id: deleted and created again, or renamed and taken over.</summary>
    NameReused,

    /// <summary>The ids are those of a rule, but repository or owner has another name now.</summary>
    NameChanged,

    /// <summary>The closest rule does not name the event that started the run.</summary>
    EventNotAllowed,

    /// <summary>The closest rule is for another workflow file, or for one of another repository.</summary>
    WorkflowNotAllowed,

    /// <summary>The closest rule pins another commit of the workflow file.</summary>
    CommitNotAllowed,

    /// <summary>The closest rule is for another branch or tag.</summary>
    RefNotAllowed,

    /// <summary>The closest rule is for another deployment environment.</summary>
    EnvironmentNotAllowed,

    /// <summary>The closest rule is for another kind of runner.</summary>
    RunnerNotAllowed,

    /// <summary>The closest rule is for another visibility of the repository.</summary>
    VisibilityNotAllowed,

    /// <summary>A rule has this repository's id, and the id of another owner: the repository was given to somebody else, or the rule is wrong.</summary>
    OwnerChanged,
}
