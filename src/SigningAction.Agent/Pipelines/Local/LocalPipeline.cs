using SigningAction.Agent.Signing;

namespace SigningAction.Agent.Pipelines.Local;

/// <summary>Any shell: a developer's machine, or a pipeline that the agent does not know. The token is handed in; nothing reads commands here.</summary>
public sealed class LocalPipeline(SafeWriter writer) : IPipeline
{
    /// <inheritdoc/>
    public void Mask(string secret) => writer.Hide(secret);

    /// <inheritdoc/>
    public Task<IdentityToken> RequestTokenAsync(string audience, CancellationToken cancellation) => throw new AgentException(
        AgentFault.NoIdentity,
        "There is no identity to sign with: this is no GitHub Actions job and no token was given. Put an OIDC token into the environment variable SIGSTORE_ID_TOKEN, or its file's path after --identity-token.");

    /// <inheritdoc/>
    public void Progress(string line) => writer.Error(UntrustedText.OneLine(line));

    /// <inheritdoc/>
    public void Fold(string title, IReadOnlyList<string> lines) => Progress(title);

    /// <inheritdoc/>
    public void Skip(string why) => Progress(why);

    /// <inheritdoc/>
    public void Fail(AgentException fault)
    {
        writer.Error($"error: {AgentFaults.Text(fault.Fault)}: {UntrustedText.OneLine(fault.Message)}");
        if (fault.ServerText is { } said)
        {
            writer.Error($"  the service said: {UntrustedText.OneLine(said)}");
        }
    }

    /// <inheritdoc/>
    public string Seen(string path) => path;

    /// <inheritdoc/>
    public string Keep(string unfinished) => unfinished;

    /// <inheritdoc/>
    public void Publish(SigningReport report, bool summary)
    {
        // A shell has neither outputs nor a summary: the report on standard output is all there is.
    }
}
