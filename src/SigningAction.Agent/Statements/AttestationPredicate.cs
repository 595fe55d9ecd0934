namespace SigningAction.Agent.Statements;

/// <summary>What is said about the subjects.</summary>
/// <param name="Type">URI of its type.</param>
/// <param name="Json">The predicate: one JSON value, UTF-8.</param>
/// <param name="Kind">A short word for file names: <c>provenance</c>, <c>spdx</c>, <c>cyclonedx</c>, or <c>custom-</c> and eight digits of the type's SHA-256.</param>
public sealed record AttestationPredicate(string Type, ReadOnlyMemory<byte> Json, string Kind);
