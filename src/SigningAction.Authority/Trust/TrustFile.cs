namespace SigningAction.Authority.Trust;

/// <summary>One published file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">JSON, UTF-8.</param>
public sealed record TrustFile(string Name, ReadOnlyMemory<byte> Content);
