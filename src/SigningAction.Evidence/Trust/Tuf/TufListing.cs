using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust.Tuf;

/// <summary>Metadata that names other files: timestamp, snapshot and targets.</summary>
internal sealed record TufListing(TufEnvelope Envelope, IReadOnlyDictionary<string, TufFileInfo> Files)
{
    /// <summary>The timestamp: names the snapshot and nothing else.</summary>
    public static TufListing ParseTimestamp(ReadOnlySpan<byte> utf8) => ParseMeta(utf8, "timestamp", Limits.TufTimestampBytes, "snapshot.json");

    /// <summary>The snapshot: names the targets files.</summary>
    public static TufListing ParseSnapshot(ReadOnlySpan<byte> utf8) => ParseMeta(utf8, "snapshot", Limits.TufSnapshotBytes, "targets.json");

    /// <summary>
    /// The top-level targets. They are searched first (section 5.6.7), and nothing that is needed here is delegated: delegations are not followed.
    /// </summary>
    public static TufListing ParseTargets(ReadOnlySpan<byte> utf8)
    {
        var envelope = TufEnvelope.Parse(utf8, "targets", Limits.TufTargetsBytes);
        var files = new Dictionary<string, TufFileInfo>(StringComparer.Ordinal);
        foreach (var member in TufJson.Member(envelope.Signed, "targets", JsonValueKind.Object).EnumerateObject())
        {
            files.Add(SafeName(member.Name), TufFileInfo.ReadTarget(member.Name, member.Value));
        }

        return new TufListing(envelope, files);
    }

    private static TufListing ParseMeta(ReadOnlySpan<byte> utf8, string role, int most, string required)
    {
        var envelope = TufEnvelope.Parse(utf8, role, most);
        var files = new Dictionary<string, TufFileInfo>(StringComparer.Ordinal);
        foreach (var member in TufJson.Member(envelope.Signed, "meta", JsonValueKind.Object).EnumerateObject())
        {
            files.Add(SafeName(member.Name), TufFileInfo.ReadMeta(member.Name, member.Value));
        }

        return files.ContainsKey(required) ? new TufListing(envelope, files) : throw TufJson.Malformed($"the {role} does not name {required}");
    }

    /// <summary>Names become paths, here and in caches (CVE-2021-41131, CVE-2026-24137, CVE-2026-24686).</summary>
    private static string SafeName(string name) =>
        name.Length <= Limits.TufNameCharacters
        && name.Split('/').All(part => part is not ("" or "." or ".."))
        && name.All(c => char.IsAscii(c) && !char.IsControl(c) && c is not ('\\' or ':' or '?' or '#' or '%'))
            ? name
            : throw TufJson.Malformed("a file's name is no plain relative path");
}
