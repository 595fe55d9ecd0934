using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust;

/// <summary>A closed interval of time: both ends are inside.</summary>
/// <param name="Start">First valid moment.</param>
/// <param name="End">Last valid moment; null is open.</param>
public readonly record struct Validity(DateTimeOffset Start, DateTimeOffset? End = null)
{
    /// <summary>Whether <paramref name="time"/> is inside.</summary>
    public bool Contains(DateTimeOffset time) => Start <= time && (End is null || time <= End);

    /// <summary>A missing start would mean valid since ever: refused.</summary>
    internal static Validity Read(ValidityJson? json, FailureCode code, string what) => json?.Start is { } start
        ? new Validity(start, json.End)
        : throw new EvidenceException(code, $"{what} has no start of its validity.");

    internal ValidityJson ToJson() => new() { Start = Start, End = End };
}
