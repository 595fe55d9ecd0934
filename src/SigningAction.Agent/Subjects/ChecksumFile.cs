using System.Diagnostics.CodeAnalysis;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Statements;

namespace SigningAction.Agent.Subjects;

/// <summary>
/// Lines of <c>sha256sum</c> or <c>sha512sum</c>: digest, blank, blank or <c>*</c>, name. The digest may stand as <c>sha256:HEX</c>, as a push of an image prints it. A line that is none is an error and never passed over:
/// what is left out of an attestation must be left out on purpose.
/// </summary>
public static class ChecksumFile
{
    /// <summary>Reads a file, or the lines themselves where <paramref name="given"/> holds more than one line or no file has that name.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>, <see cref="AgentFault.SubjectRefused"/> or <see cref="AgentFault.CannotRead"/>.</exception>
    public static IReadOnlyList<SigningSubject> Read(string given, string workingDirectory)
    {
        if (given.Contains('\n', StringComparison.Ordinal) || (LooksLikeLine(given) && !File.Exists(Path.GetFullPath(given, workingDirectory))))
        {
            return Parse(given, "subject-checksums", isFile: false);
        }

        var bytes = InputFile.Read(given, workingDirectory, SubjectLimits.ChecksumBytes);
        return Parse(InputFile.Text(bytes, given), given);
    }

    /// <summary>Reads lines.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="source">What they are of, for messages.</param>
    /// <param name="isFile">Whether that is a file, which an annotation can point to.</param>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>, <see cref="AgentFault.SubjectRefused"/> or <see cref="AgentFault.TooManySubjects"/>.</exception>
    public static IReadOnlyList<SigningSubject> Parse(string text, string source, bool isFile = true)
    {
        var where = new Source(source, isFile ? source : null);
        var subjects = new List<SigningSubject>();
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            if (raw.IsWhiteSpace() || raw[0] == '#')
            {
                continue;
            }

            subjects.Add(ParseLine(raw.ToString(), where, number));
            if (subjects[^1].Digest.Algorithm != subjects[0].Digest.Algorithm)
            {
                throw Usage(where, number, $"has a {subjects[^1].Digest.Algorithm}, and the lines before it {subjects[0].Digest.Algorithm}; give one kind of digest in a file");
            }

            if (subjects.Count > SubjectLimits.Subjects)
            {
                throw new AgentException(AgentFault.TooManySubjects, $"'{UntrustedText.OneLine(source)}' names more than {SubjectLimits.Subjects} subjects. Attest an archive of them, or in several runs.") { File = where.File };
            }
        }

        return subjects.Count > 0
            ? subjects
            : throw new AgentException(AgentFault.Usage, $"'{UntrustedText.OneLine(source)}' names no subject: each line is a digest, two blanks and a name, as sha256sum writes it.") { File = where.File };
    }

    private static SigningSubject ParseLine(string line, Source source, int number)
    {
        if (line.StartsWith('\\'))
        {
            throw Usage(source, number, "is of a name with a line break or backslash in it; such a name is not attested");
        }

        var blank = line.IndexOf(' ', StringComparison.Ordinal);
        if (blank <= 0 || !TryDigest(line[..blank], out var digest))
        {
            throw Usage(source, number, "does not begin with a SHA-256, SHA-384 or SHA-512 in hexadecimal (or as sha256:HEX) and a blank");
        }

        var name = line[(blank + 1)..];
        name = name.Length > 0 && name[0] is ' ' or '*' ? name[1..] : name;
        return UntrustedText.IsPrintable(name)
            ? new SigningSubject(name, digest)
            : throw new AgentException(AgentFault.SubjectRefused, $"Line {number} of '{UntrustedText.OneLine(source.Name)}' has no name, or one with control, format or unassigned characters.") { File = source.File, Line = number };
    }

    private static bool LooksLikeLine(string text)
    {
        var blank = text.IndexOf(' ', StringComparison.Ordinal);
        return blank > 0 && TryDigest(text[..blank], out _);
    }

    private static bool TryDigest(string text, [NotNullWhen(true)] out SubjectDigest? digest) => SubjectDigest.TryParseHex(text, out digest) || SubjectDigest.TryParse(text, out digest);

    private static AgentException Usage(Source source, int line, string why) =>
        new(AgentFault.Usage, $"Line {line} of '{UntrustedText.OneLine(source.Name)}' {why}.") { File = source.File, Line = line };

    private sealed record Source(string Name, string? File);
}
