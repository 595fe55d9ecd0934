namespace SigningAction.Agent.Publishing;

/// <summary>
/// A place that bundles are published to. Publishing the same bundle twice is publishing it once: whatever was lost on the way, a repeat looks first and adds
/// nothing that is there.
/// </summary>
public interface IPublishingTarget
{
    /// <summary>The place, for people.</summary>
    string Name { get; }

    /// <summary>
    /// Places with the same queue get their bundles one after the other: those of one service that wants to be asked so, as GitHub does of requests that create something
    /// ("Best practices for using the REST API"). A place is a queue of its own otherwise, so that one fails alone.
    /// </summary>
    string Queue => Name;

    /// <summary>Whether the run is a success without it.</summary>
    bool Optional { get; }

    /// <summary>Whether this bundle belongs there.</summary>
    bool Takes(PublishableBundle bundle);

    /// <summary>Puts it there, or finds it there.</summary>
    /// <exception cref="AgentException">Why it is not there; then nothing half-made is left, or what is left is mended by the next try.</exception>
    Task<Publication> PublishAsync(PublishableBundle bundle, CancellationToken cancellation);
}
