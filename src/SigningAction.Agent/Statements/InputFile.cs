using System.Text;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Statements;

/// <summary>Reads a whole file that an option names, up to a cap.</summary>
public static class InputFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a regular file.</summary>
    /// <param name="file">As it was written; relative to <paramref name="workingDirectory"/>.</param>
    /// <param name="workingDirectory">Where relative paths begin.</param>
    /// <param name="most">The cap, in bytes.</param>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotRead"/>, or <see cref="AgentFault.Usage"/> when there is none or it is too long: another try would not help.</exception>
    public static byte[] Read(string file, string workingDirectory, int most)
    {
        try
        {
            var path = Path.GetFullPath(file, workingDirectory);
            if (!FileKind.IsRegular(path))
            {
                throw new AgentException(
                    AgentFault.Usage,
                    $"'{UntrustedText.OneLine(file)}' cannot be read: {(Path.Exists(path) ? FileKind.WhatElse(path) : "there is no such file")}. Check the path; it starts at the directory that the step runs in.")
                { File = file };
            }

            using var stream = File.OpenRead(path);
            if (stream.Length > most)
            {
                throw new AgentException(AgentFault.Usage, $"'{UntrustedText.OneLine(file)}' has {stream.Length} bytes, {most} is the most.") { File = file };
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new AgentException(AgentFault.CannotRead, $"'{UntrustedText.OneLine(file)}' cannot be read: {UntrustedText.OneLine(e.Message)}", e) { File = file };
        }
    }

    /// <summary>Its text: UTF-8, strictly.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>.</exception>
    public static string Text(byte[] bytes, string file)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new AgentException(AgentFault.Usage, $"'{UntrustedText.OneLine(file)}' is not UTF-8.", e) { File = file };
        }
    }
}
