namespace SigningAction.Authority.Storage;

/// <summary>One decision, as a line of the audit list.</summary>
/// <param name="Time">When it was decided, Unix milliseconds.</param>
/// <param name="Kind">What was asked for, for example <c>exchange</c>.</param>
/// <param name="Decision"><c>allowed</c> or <c>refused</c>.</param>
/// <param name="Reason">Reason code of a refusal, or the rule that allowed.</param>
/// <param name="CorrelationId">The id that the caller was given.</param>
/// <param name="Identity">Who asked; null when nobody was authenticated.</param>
public sealed record AuditRow(long Time, string Kind, string Decision, string? Reason, string CorrelationId, IdentityColumns? Identity) : LedgerRow;
