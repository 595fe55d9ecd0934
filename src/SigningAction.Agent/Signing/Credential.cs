using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Policy;

namespace SigningAction.Agent.Signing;

/// <summary>
/// A key and its certificate. How old it is, is measured by the monotonic clock from the moment it was asked for: the wall clock of a runner may be wrong
/// by an hour, and would then see a fresh certificate as an old one for ever.
/// </summary>
/// <param name="Key">Owned: disposed with this.</param>
/// <param name="Certificate">Verified.</param>
/// <param name="Identity">What it says.</param>
/// <param name="Asked">Timestamp of the <see cref="TimeProvider"/> before the request went out.</param>
internal sealed record Credential(EphemeralKey Key, SigningCertificate Certificate, PipelineIdentity Identity, long Asked) : IDisposable
{
    /// <summary>A signature must be stamped before the end; two minutes are time for retries. A shorter certificate is used for three quarters of its life.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    private TimeSpan Lifetime => Certificate.NotAfter - Certificate.NotBefore;

    /// <summary>Whether the next signature should have another.</summary>
    public bool IsNearEnd(TimeProvider time) => Age(time) > Lifetime - (Lifetime / 4 < Margin ? Lifetime / 4 : Margin);

    /// <summary>Whether a stamp made now may be too late.</summary>
    public bool HasEnded(TimeProvider time) => Age(time) >= Lifetime - TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();

    private TimeSpan Age(TimeProvider time) => time.GetElapsedTime(Asked);
}
