using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Transparency;

/// <summary>The bodies of log entries: which kinds are accepted, and what their strict readers share.</summary>
internal static class EntryBodies
{
    /// <summary>The reader of a kind of Rekor v1, or null. Their times come from a promise, their indexes from the proof.</summary>
    public static Func<ReadOnlyMemory<byte>, LoggedSignature>? OfRekor1(string kind, string version) => (kind, version) switch
    {
        (HashedRekordEntry.Kind, HashedRekordV1.Version) => HashedRekordV1.Read,
        (DsseV1.Kind, DsseV1.Version) => DsseV1.Read,
        (IntotoV2.Kind, IntotoV2.Version) => IntotoV2.Read,
        _ => null,
    };

    /// <summary>Whether it is a kind of Rekor v2.</summary>
    public static bool IsRekor2(string kind, string version) =>
        (kind, version) is (HashedRekordEntry.Kind, HashedRekordEntry.Version) or (DsseV1.Kind, DsseV2.Version);

    /// <summary>Reads a body strictly; its kind must be the one that the entry states beside it.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.LogEntryMalformed"/> or <see cref="FailureCode.TooLarge"/>.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<EntryBodyJson<T>> type, string kind, string version)
        where T : class
    {
        if (body.Length > Limits.Rekor1EntryBytes)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"A log entry's body has {body.Length} bytes, {Limits.Rekor1EntryBytes} is the most.");
        }

        try
        {
            JsonTokens.Require(body.Span, Limits.BundleTokens, "log entry");
            var json = JsonSerializer.Deserialize(body.Span, type);
            return json?.Kind == kind && json.ApiVersion == version && json.Spec is { } spec
                ? spec
                : throw Malformed($"it is no {kind} {version}");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new EvidenceException(FailureCode.LogEntryMalformed, $"A log entry's body is no {kind} {version}.", e);
        }
    }

    public static byte[] Required(byte[]? bytes, string what) => bytes is { Length: > 0 } ? bytes : throw Malformed($"it has no {what}");

    /// <summary>A bundle has one signature, so its entry has one: a second would be somebody's whom nobody asked about.</summary>
    public static T TheOnly<T>(IReadOnlyList<T>? signatures)
        where T : class =>
        signatures is [{ } only] ? only : throw Malformed($"it has {signatures?.Count ?? 0} signatures");

    public static EvidenceException Malformed(string why) => new(FailureCode.LogEntryMalformed, $"A log entry's body is malformed: {why}.");
}
