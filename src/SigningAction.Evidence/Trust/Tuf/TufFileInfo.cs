using System.Security.Cryptography;
using System.Text.Json;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust.Tuf;

/// <summary>What signed metadata says of another file: METAFILES and TARGETS of the TUF specification.</summary>
/// <param name="Name">The file, for messages.</param>
/// <param name="Version">Its version; 0 for targets, which have none.</param>
/// <param name="Length">Its bytes; null where it is not said.</param>
/// <param name="Sha256">Its hash, lowercase hexadecimal; null where it is not said.</param>
/// <param name="Sha512">The same by SHA-512.</param>
internal sealed record TufFileInfo(string Name, int Version, int? Length, string? Sha256, string? Sha512)
{
    /// <summary>Reads what is said of a metadata file: a version always, length and hashes perhaps.</summary>
    public static TufFileInfo ReadMeta(string name, JsonElement json) => Read(name, json, TufJson.Number(json, "version", least: 1));

    /// <summary>Reads what is said of a target: length and hash always.</summary>
    public static TufFileInfo ReadTarget(string name, JsonElement json)
    {
        var info = Read(name, json, version: 0);
        return info.Length is not null && (info.Sha256 ?? info.Sha512) is not null
            ? info
            : throw TufJson.Malformed("a target has no length or no hash that is accepted");
    }

    /// <exception cref="EvidenceException"><see cref="FailureCode.TufMismatch"/> when the bytes are others.</exception>
    public void Require(ReadOnlySpan<byte> bytes)
    {
        if ((Length is { } length && bytes.Length != length)
            || (Sha256 is not null && !IsHash(Sha256, HashAlgorithmName.SHA256, bytes))
            || (Sha512 is not null && !IsHash(Sha512, HashAlgorithmName.SHA512, bytes)))
        {
            throw new EvidenceException(FailureCode.TufMismatch, $"{Name} is not the file that the signed TUF metadata names: length or hash differs.");
        }
    }

    private static bool IsHash(string hex, HashAlgorithmName algorithm, ReadOnlySpan<byte> bytes) =>
        string.Equals(hex, Convert.ToHexStringLower(HashAlgorithms.Hash(algorithm, bytes)), StringComparison.Ordinal);

    private static TufFileInfo Read(string name, JsonElement json, int version)
    {
        string? sha256 = null;
        string? sha512 = null;
        if (TufJson.TryMember(json, "hashes", JsonValueKind.Object, out var hashes))
        {
            sha256 = ReadHash(hashes.Value, "sha256", digits: 64);
            sha512 = ReadHash(hashes.Value, "sha512", digits: 128);
            if ((sha256 ?? sha512) is null)
            {
                throw TufJson.Malformed("a file has hashes, but neither SHA-256 nor SHA-512");
            }
        }

        var length = TufJson.TryMember(json, "length", JsonValueKind.Number, out _) ? TufJson.Number(json, "length", least: 0) : (int?)null;
        return new TufFileInfo(name, version, length, sha256, sha512);
    }

    /// <summary>A hash becomes part of a path, so it must be one.</summary>
    private static string? ReadHash(JsonElement hashes, string algorithm, int digits) =>
        !TufJson.TryMember(hashes, algorithm, JsonValueKind.String, out var value) ? null
        : value.Value.GetString() is { } hex && hex.Length == digits && hex.All(char.IsAsciiHexDigitLower) ? hex
        : throw TufJson.Malformed($"a {algorithm} hash is not {digits} lowercase hexadecimal digits");
}
