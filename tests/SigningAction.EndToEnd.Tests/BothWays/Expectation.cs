namespace SigningAction.EndToEnd.Tests.BothWays;

/// <summary>What a verifier is told to expect.</summary>
/// <param name="Folder">Where it runs.</param>
/// <param name="TrustedRoot">The file of the trusted root.</param>
/// <param name="Identity">Subject alternative name of the signer.</param>
/// <param name="Issuer">OIDC issuer that knows him.</param>
internal sealed record Expectation(string Folder, string TrustedRoot, string Identity, string Issuer)
{
    /// <summary>Whether the instance keeps logs; verifiers other than ours are told when it does not.</summary>
    public bool HasLogs { get; init; } = true;

    /// <summary>Whether its bundles have RFC 3161 timestamps; cosign is told.</summary>
    public bool HasTimestamps { get; init; } = true;
}
