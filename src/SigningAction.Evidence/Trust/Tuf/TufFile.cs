namespace SigningAction.Evidence.Trust.Tuf;

/// <summary>A metadata file that was accepted, to be kept.</summary>
/// <param name="Path">As it was asked for.</param>
/// <param name="Bytes">As it came.</param>
public sealed record TufFile(string Path, ReadOnlyMemory<byte> Bytes);
