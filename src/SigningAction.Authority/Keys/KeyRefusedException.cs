namespace SigningAction.Authority.Keys;

/// <summary>A private key is not there, not safe where it lies, or not what it should be. The message says what to do and never holds key material.</summary>
public sealed class KeyRefusedException(string message, Exception? inner = null) : Exception(message, inner);
