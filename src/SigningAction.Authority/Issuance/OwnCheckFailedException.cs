namespace SigningAction.Authority.Issuance;

/// <summary>Something that the authority just made would not have been accepted by those it is for. It is not handed out; the fault is ours.</summary>
public sealed class OwnCheckFailedException(string message, Exception? inner = null) : Exception(message, inner);
