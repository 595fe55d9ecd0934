namespace SigningAction.Agent.Statements;

/// <summary>JSON as tools write it into files.</summary>
internal static class JsonText
{
    /// <summary>The bytes without the byte order mark that some tools put first, which JSON does not know (RFC 8259, section 8.1).</summary>
    public static ReadOnlyMemory<byte> WithoutMark(byte[] bytes) => bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
}
