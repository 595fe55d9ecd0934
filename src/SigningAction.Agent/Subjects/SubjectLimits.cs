using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Subjects;

/// <summary>How much one run takes in, each with where the number comes from.</summary>
public static class SubjectLimits
{
    /// <summary>Subjects of one run: 256 full statements, more than twice the 100,000 files of the largest trees that are asked for.</summary>
    public const int Subjects = 256 * Limits.Subjects;

    /// <summary>A checksum file: 256 bytes a line, twice a SHA-512, for every subject that a run may have.</summary>
    public const int ChecksumBytes = 256 * Subjects;

    /// <summary>The runner's list of artifacts: it takes 500 subjects a job of at most 1 MiB a step; room for 64 such steps.</summary>
    public const int ArtifactsListBytes = 64 * 1024 * 1024;

    /// <summary>A path or pattern (Linux <c>PATH_MAX</c>).</summary>
    public const int PatternCharacters = 4096;
}
