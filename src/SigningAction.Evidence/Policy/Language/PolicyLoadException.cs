namespace SigningAction.Evidence.Policy.Language;

/// <summary>A policy file that is not a policy. It carries every error that was found, at least one.</summary>
public sealed class PolicyLoadException : Exception
{
    /// <summary>Refuses a file for <paramref name="errors"/>, at least one.</summary>
    public PolicyLoadException(IReadOnlyList<PolicyLoadError> errors)
        : base(string.Join('\n', errors))
    {
        ArgumentOutOfRangeException.ThrowIfZero(errors.Count, nameof(errors));
        Errors = errors;
    }

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<PolicyLoadError> Errors { get; }
}
