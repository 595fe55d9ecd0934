namespace SigningAction.Evidence.Bundles;

/// <summary>What a bundle says signed it: a certificate, or the hint of a managed key. Unproven.</summary>
/// <param name="Certificate">DER leaf certificate; empty where a managed key signed.</param>
/// <param name="Intermediates">DER certificates above the leaf (v0.1 and v0.2): untrusted helpers, never anchors.</param>
/// <param name="KeyHint">Hint of a managed key; null where a certificate signed.</param>
public sealed record SignerMaterial(ReadOnlyMemory<byte> Certificate, IReadOnlyList<ReadOnlyMemory<byte>> Intermediates, string? KeyHint);
