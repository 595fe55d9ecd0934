using SigningAction.Agent.Pipelines;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Statements;

/// <summary>A statement that somebody else wrote: signed byte for byte, after it was read as strictly as a verifier will read it.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Subject">SHA-256 of its first subject that states one.</param>
/// <param name="Path">Where it was read from, absolute.</param>
public sealed record StatementFile(ReadOnlyMemory<byte> Bytes, Sha256Digest Subject, string Path)
{
    /// <summary>Reads a statement.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotRead"/>, or <see cref="AgentFault.Usage"/> when it is no statement.</exception>
    public static StatementFile Read(string file, string workingDirectory)
    {
        var bytes = InputFile.Read(file, workingDirectory, Limits.PayloadBytes);
        try
        {
            foreach (var subject in Statement.Parse(bytes).Subjects)
            {
                if (subject.Digests.TryGetValue("sha256", out var hex) && Sha256Digest.TryParseHex(hex, out var digest))
                {
                    return new StatementFile(bytes, digest, System.IO.Path.GetFullPath(file, workingDirectory));
                }
            }

            throw new AgentException(AgentFault.Usage, $"No subject of '{UntrustedText.OneLine(file)}' has a sha256 digest, so nobody could verify it. Add one.") { File = file };
        }
        catch (EvidenceException e)
        {
            throw new AgentException(AgentFault.Usage, $"'{UntrustedText.OneLine(file)}' is not an in-toto statement: {e.Message}", e) { File = file };
        }
    }
}
