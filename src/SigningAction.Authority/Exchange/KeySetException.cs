namespace SigningAction.Authority.Exchange;

/// <summary>An issuer's discovery document or key set cannot be used.</summary>
internal sealed class KeySetException(KeySetFault fault, Exception? inner = null)
    : Exception($"The issuer's keys cannot be used: {fault}.", inner)
{
    public KeySetFault Fault { get; } = fault;
}
