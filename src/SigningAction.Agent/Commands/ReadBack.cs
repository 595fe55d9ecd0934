using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Statements;
using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Commands;

/// <summary>
/// What a consumer would find: the bundles on disk are the bytes that verified, and the files are still those that were hashed. Somebody who replaced
/// a file while it was signed is told now, and not by the first consumer.
/// </summary>
internal static class ReadBack
{
    /// <summary>Reads everything again.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.SubjectChanged"/>, <see cref="AgentFault.CannotRead"/> or <see cref="AgentFault.CannotWrite"/>.</exception>
    public static async Task RequireAsync(IReadOnlyList<SignedBundle> bundles, CancellationToken cancellation)
    {
        foreach (var place in bundles.SelectMany(bundle => bundle.Paths.Select(path => (Path: path, bundle.Json))).GroupBy(place => place.Path, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            var expected = BundleLines.Join([.. place.Select(p => p.Json)]);
            if (!File.Exists(place.Key) || !InputFile.Read(place.Key, "/", Array.MaxLength).AsSpan().SequenceEqual(expected.Span))
            {
                throw new AgentException(AgentFault.CannotWrite, $"'{UntrustedText.OneLine(place.Key)}' does not hold what was written into it. Look for another step or job that writes there.") { File = place.Key };
            }
        }

        var files = bundles.SelectMany(bundle => bundle.Subjects).Where(s => s.Path is not null).DistinctBy(s => s.Path).ToList();
        var again = await SubjectHasher.HashAsync([.. files.Select(file => file.Path!)], cancellation);
        for (var i = 0; i < files.Count; i++)
        {
            if (again[i].Digest != files[i].Digest)
            {
                throw new AgentException(
                    AgentFault.SubjectChanged,
                    $"'{UntrustedText.OneLine(files[i].Path!)}' was replaced while it was signed: what is there now does not verify. {Remedy(files[i])}")
                { File = files[i].Path };
            }
        }
    }

    private static string Remedy(SigningSubject file)
    {
        try
        {
            if (LineEnds.AreAllThatDiffers(file.Path!, file.Digest.ToArtifact().Sha256))
            {
                return "Only its line ends are others (CRLF and LF): switch the conversion off that rewrites it (in .gitattributes `-text`), and sign the file as it is shipped.";
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was read a moment ago: whatever replaces it is still at work.
            return "Sign after the step that writes it has ended.";
        }

        return "Sign after the step that writes it has ended.";
    }
}
