namespace SigningAction.Agent.Publishing.Registries;

/// <summary>What a registry knows us by.</summary>
/// <param name="User">User name; <c>&lt;token&gt;</c> says that <paramref name="Secret"/> is a refresh token (Docker's credential helpers).</param>
/// <param name="Secret">Password or token: secret.</param>
/// <param name="OnlyItsHost">The secret opens more than the registry (a job's GITHUB_TOKEN), so no other host gets it, whatever the registry says about its token service.</param>
public sealed record RegistryCredential(string User, string Secret, bool OnlyItsHost)
{
    /// <summary>User name of a refresh token.</summary>
    public const string RefreshToken = "<token>";

    /// <inheritdoc/>
    public override string ToString() => "registry credential";
}
