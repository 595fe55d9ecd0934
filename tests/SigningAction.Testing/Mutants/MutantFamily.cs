using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Testing.Mutants;

/// <summary>A bundle that verifies, what it verifies by, and copies of it that are broken in one place each.</summary>
/// <param name="Name">The kind of bundle, or what is broken in it.</param>
/// <param name="Good">The bundle that verifies, as JSON.</param>
/// <param name="Root">The trusted root, of the good one and of all mutants.</param>
/// <param name="Policy">The policy, of the good one and of all mutants.</param>
/// <param name="Mutants">The mutants as JSON, made as they are asked for; each is named by its place and what was done to it.</param>
public sealed record MutantFamily(string Name, ReadOnlyMemory<byte> Good, TrustedRoot Root, VerificationPolicy Policy, IEnumerable<(string Name, byte[] Mutant)> Mutants);
