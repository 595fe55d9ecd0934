namespace SigningAction.Agent.Subjects;

/// <summary>What a signature is about: a name and a digest. A file here has a path as well; an image or a line of a checksum file has none.</summary>
/// <param name="Name">What a statement calls it: a file's base name, an image's name without tag.</param>
/// <param name="Digest">Of a file: of the bytes that one open handle gave.</param>
/// <param name="Path">Absolute path that it was read from; null where nothing was read.</param>
public sealed record SigningSubject(string Name, SubjectDigest Digest, string? Path = null);
