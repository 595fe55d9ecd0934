using System.Runtime.ExceptionServices;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>A bundle that waits to be kept. Its outcome is told by whoever has the turn, and read by its caller in a turn of his own.</summary>
/// <param name="Said">The digest by which two bundles say the same.</param>
/// <param name="Json">The bundle.</param>
/// <param name="Artifacts">SHA-256 of what it is about.</param>
/// <param name="Time">When it came.</param>
/// <param name="Most">The most bundles of one artifact.</param>
internal sealed record PendingBundle(Sha256Digest Said, ReadOnlyMemory<byte> Json, IReadOnlyCollection<Sha256Digest> Artifacts, DateTimeOffset Time, int Most)
{
    private KeptBundle? _kept;
    private ExceptionDispatchInfo? _fault;

    /// <summary>It is durable, or its artifact has too many.</summary>
    public void Done(KeptBundle kept) => (_kept, _fault) = (kept, null);

    /// <summary>It is not kept.</summary>
    public void Failed(StoreRefusedException fault) => (_kept, _fault) = (null, ExceptionDispatchInfo.Capture(fault));

    /// <summary>What became of it.</summary>
    /// <exception cref="StoreRefusedException">It is not kept.</exception>
    public KeptBundle Outcome()
    {
        _fault?.Throw();
        return _kept ?? throw new InvalidOperationException("Nobody has said what became of the bundle.");
    }
}
