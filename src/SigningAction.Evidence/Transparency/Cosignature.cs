namespace SigningAction.Evidence.Transparency;

/// <summary>A witness saw the log at a checkpoint, consistent with everything that it saw before.</summary>
/// <param name="Witness">Its name in the witness policy.</param>
/// <param name="Time">When, as the witness says: Unix epoch where it makes no statement on time (ML-DSA-44 with time zero).</param>
public sealed record Cosignature(string Witness, DateTimeOffset Time);
