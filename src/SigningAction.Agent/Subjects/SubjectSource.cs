using SigningAction.Agent.Commands;
using SigningAction.Agent.Pipelines;

namespace SigningAction.Agent.Subjects;

/// <summary>The subjects of a request, from whichever of its ways names them.</summary>
public static class SubjectSource
{
    /// <summary>Files are found and hashed; digests are taken at their word, because nothing is here to compare them with.</summary>
    /// <exception cref="AgentException">They cannot be had, or must not be signed.</exception>
    public static async Task<IReadOnlyList<SigningSubject>> ReadAsync(SigningRequest request, string workingDirectory, CancellationToken cancellation)
    {
        var subjects = await NamedAsync(request, workingDirectory, cancellation);

        // A registry compares names in lower case, and knows an image by no other.
        return request.PushToRegistry ? [.. subjects.Select(subject => subject with { Name = subject.Name.ToLowerInvariant() })] : subjects;
    }

    private static async Task<IReadOnlyList<SigningSubject>> NamedAsync(SigningRequest request, string workingDirectory, CancellationToken cancellation)
    {
        if (request.SubjectDigest is { } text)
        {
            return SubjectDigest.TryParse(text, out var digest)
                ? [new SigningSubject(request.SubjectName!, digest)]
                : throw new AgentException(AgentFault.Usage, $"'{UntrustedText.OneLine(text)}' is no digest.");
        }

        if (request.SubjectChecksums is { } checksums)
        {
            return ChecksumFile.Read(checksums, workingDirectory);
        }

        if (request.ArtifactsList is { } list)
        {
            return ArtifactsList.Read(list) is { Count: > 0 } declared
                ? declared
                : throw new AgentException(
                    AgentFault.NoMatch,
                    $"Nothing to attest: no step declared an artifact ({ArtifactsList.Variable} is empty). "
                        + "Name the subjects by subject-path, subject-digest or subject-checksums.");
        }

        var files = await SubjectHasher.HashAsync(SubjectFinder.Find(request.Paths, workingDirectory), cancellation);
        return request.SubjectName is { } called ? [.. files.Select(file => file with { Name = called })] : files;
    }
}
