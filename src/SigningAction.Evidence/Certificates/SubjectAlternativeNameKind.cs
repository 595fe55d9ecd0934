namespace SigningAction.Evidence.Certificates;

/// <summary>The forms of a subject alternative name that the Fulcio profile knows.</summary>
public enum SubjectAlternativeNameKind
{
    /// <summary>Never used: a signing certificate has a name.</summary>
    None = 0,

    /// <summary>uniformResourceIdentifier: a workflow, or a SPIFFE id.</summary>
    Uri,

    /// <summary>rfc822Name: a person's mail address.</summary>
    Email,

    /// <summary>otherName of type 1.3.6.1.4.1.57264.1.7: <c>user!domain</c>.</summary>
    UserName,
}
