using SigningAction.Agent.Signing;

namespace SigningAction.Agent.Pipelines;

/// <summary>Where the agent runs, and how that place asks for identity, is told secrets, and shows results.</summary>
public interface IPipeline
{
    /// <summary>Tells the place that <paramref name="secret"/> must never be shown. Called before anything else is printed.</summary>
    void Mask(string secret);

    /// <summary>Asks the place for an identity token for <paramref name="audience"/> only; it is masked before this returns.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.NoIdentity"/> or why it could not.</exception>
    Task<IdentityToken> RequestTokenAsync(string audience, CancellationToken cancellation);

    /// <summary>One line of progress; <paramref name="line"/> may hold untrusted text.</summary>
    void Progress(string line);

    /// <summary>Many lines under one title, folded away where the place can fold; <paramref name="lines"/> may hold untrusted text.</summary>
    void Fold(string title, IReadOnlyList<string> lines);

    /// <summary>The run has nothing to do, and why: seen without opening the log, where the place can.</summary>
    void Skip(string why);

    /// <summary>Why the run failed, with the words of a server set apart as untrusted.</summary>
    void Fail(AgentException fault);

    /// <summary>A path as the steps after this one see it.</summary>
    string Seen(string path);

    /// <summary>Tells later steps of the file that a rerun goes on from, where the place has such steps.</summary>
    /// <returns>Its path as they see it.</returns>
    string Keep(string unfinished);

    /// <summary>What was signed: outputs for later steps and a summary for people, where the place has them.</summary>
    /// <param name="report">What was signed.</param>
    /// <param name="summary">Whether a summary is wanted.</param>
    void Publish(SigningReport report, bool summary);
}
