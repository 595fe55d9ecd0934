namespace SigningAction.Evidence.Policy;

/// <summary>What a rule does when it applies. The default refuses.</summary>
public enum PolicyEffect
{
    /// <summary>Refuses, whatever other rules say.</summary>
    Deny = 0,

    /// <summary>Allows, unless a deny rule applies.</summary>
    Allow = 1,
}
