using System.Collections.Frozen;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Wire;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Hosting;

/// <summary>The reasons that a metric may be labelled with: a closed set, so that no caller can make a new time series.</summary>
internal static class ReasonLabels
{
    /// <summary>Of what was granted.</summary>
    public const string None = "none";

    /// <summary>Of a reason that is not in the set, which would be a defect.</summary>
    public const string Other = "other";

    /// <summary>What is refused with a word of its own, in all services.</summary>
    private static readonly string[] Own =
    [
        "BODY_TOO_LARGE", "BODY_TOO_SLOW", "BUNDLES_FULL", "BUNDLES_NO_ROOM", "BUNDLES_UNAVAILABLE", "CLOCK_IN_DOUBT", "DIGEST_MALFORMED",
        "ENTRY_TOO_LARGE", "HASH_NOT_ALLOWED", "INTERNAL", "ISSUER_EXPIRES", "KEY_DETAILS_MISMATCH", "LEDGER_UNAVAILABLE", "LOG_FROZEN",
        "MEDIA_TYPE", "METHOD", "NO_ISSUER", "NO_ROUTE", "NO_SHA256", "NO_TILE", "REQUEST_MALFORMED",
        "SIGNATURE_COUNT", LogSigners.Foreign, "TIMESTAMP_CERTIFICATE_EXPIRED", "UNKNOWN_HOST",
    ];

    /// <summary>All.</summary>
    public static FrozenSet<string> Known { get; } = new[]
    {
        Own,
        Texts<TokenRefusal>(TokenRefusals.Text),
        Texts<PossessionRefusal>(PossessionRefusals.Text),
        Texts<PolicyReason>(PolicyReasons.Text),
        Texts<FailureCode>(FailureCodes.Text),
        [None, Other, KeyUnavailableException.Code, OverloadCodes.Busy, OverloadCodes.TooMany],
    }.SelectMany(texts => texts).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The label of a reason.</summary>
    public static string Of(string? reason) => reason is null ? None : Known.Contains(reason) ? reason : Other;

    private static IEnumerable<string> Texts<T>(Func<T, string> text)
        where T : struct, Enum => Enum.GetValues<T>().Where(value => Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture) != 0).Select(text);
}
