namespace SigningAction.Authority.Ledger;

/// <summary>What is stored must not be continued: signing on it could fork a log. The message says what differs and what to do.</summary>
public sealed class LedgerRefusedException(string message, Exception? inner = null) : Exception(message, inner);
