using System.Text.Json.Serialization;

namespace SigningAction.Authority.Ledger;

/// <summary>How a request ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuditDecision>))]
public enum AuditDecision
{
    /// <summary>Never used: a default value is no decision.</summary>
    [JsonStringEnumMemberName("none")]
    None = 0,

    /// <summary>It was granted.</summary>
    [JsonStringEnumMemberName("allowed")]
    Allowed,

    /// <summary>It was refused.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,
}
