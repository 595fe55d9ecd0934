using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust.Tuf;

/// <summary>One metadata file: what is signed, and by which key ids somebody says so. Parsing proves nothing: <see cref="TufRole.Require"/> does.</summary>
internal sealed record TufEnvelope
{
    private TufEnvelope(string role, ReadOnlyMemory<byte> bytes, JsonElement signed, IReadOnlyDictionary<string, byte[]> signatures)
    {
        Role = role;
        Bytes = bytes;
        Signed = signed;
        SignedBytes = OlpcJson.Canonicalize(signed);
        Signatures = signatures;
        Version = TufJson.Number(signed, "version", least: 1);
        Expires = TufJson.Time(signed, "expires");
    }

    /// <summary>What it is: root, timestamp, snapshot or targets.</summary>
    public string Role { get; }

    /// <summary>The file as it came.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The signed part.</summary>
    public JsonElement Signed { get; }

    /// <summary>What signatures cover.</summary>
    public byte[] SignedBytes { get; }

    /// <summary>Signature by key id.</summary>
    public IReadOnlyDictionary<string, byte[]> Signatures { get; }

    /// <summary>1 and up.</summary>
    public int Version { get; }

    /// <summary>The moment at which it is no longer good.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>Reads a file of a role.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TufMalformed"/>, <see cref="FailureCode.TooLarge"/> or <see cref="FailureCode.TooMany"/>.</exception>
    public static TufEnvelope Parse(ReadOnlySpan<byte> utf8, string role, int most)
    {
        var document = TufJson.Parse(utf8, most, role);
        var signed = TufJson.Member(document, "signed", JsonValueKind.Object);
        if (TufJson.Text(signed, "_type") != role || !TufJson.Text(signed, "spec_version").StartsWith("1.", StringComparison.Ordinal))
        {
            throw TufJson.Malformed($"it is no {role} of TUF 1");
        }

        return new TufEnvelope(role, utf8.ToArray(), signed, ReadSignatures(TufJson.Member(document, "signatures", JsonValueKind.Array)));
    }

    /// <exception cref="EvidenceException"><see cref="FailureCode.TufExpired"/>, with how long ago.</exception>
    public void RequireFresh(DateTimeOffset now)
    {
        if (Expires <= now)
        {
            throw new EvidenceException(
                FailureCode.TufExpired, $"The TUF {Role} (version {Version}) expired on {Expires:u}, {Days(now - Expires)} ago.");
        }
    }

    private static string Days(TimeSpan age) => age.TotalDays >= 2 ? $"{(int)age.TotalDays} days" : $"{(int)age.TotalHours} hours";

    private static Dictionary<string, byte[]> ReadSignatures(JsonElement list)
    {
        if (list.GetArrayLength() > Limits.TufKeys)
        {
            throw new EvidenceException(FailureCode.TooMany, $"A TUF file has more than {Limits.TufKeys} signatures.");
        }

        var signatures = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var item in list.EnumerateArray())
        {
            var hex = TufJson.Text(item, "sig");
            var bytes = new byte[hex.Length / 2];
            if (hex.Length % 2 != 0 || Convert.FromHexString(hex, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            {
                throw TufJson.Malformed("a signature is not hexadecimal");
            }

            // A key that is listed twice must not count twice (CVE-2020-15163 and its like): no honest signer writes that.
            if (!signatures.TryAdd(TufJson.Text(item, "keyid"), bytes))
            {
                throw TufJson.Malformed("a key id signs twice");
            }
        }

        return signatures;
    }
}
