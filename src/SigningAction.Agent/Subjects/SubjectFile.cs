using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Subjects;

/// <summary>A file to be signed: its digest is of the bytes that one open handle gave.</summary>
/// <param name="Name">Base name: what a statement calls it.</param>
/// <param name="Digest">SHA-256 of the bytes.</param>
/// <param name="Path">Absolute path that it was read from.</param>
public sealed record SubjectFile(string Name, Sha256Digest Digest, string Path);
