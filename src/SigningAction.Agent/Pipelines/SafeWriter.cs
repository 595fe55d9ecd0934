namespace SigningAction.Agent.Pipelines;

/// <summary>
/// The only way to print: every line is stripped of the secrets that this run knows, wherever they came from; also a service that
/// echoes the token in its error cannot bring it into a log.
/// </summary>
public sealed class SafeWriter(TextWriter output, TextWriter error)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);
    private bool _outIsGone;

    /// <summary>From now on <paramref name="secret"/> is printed as <c>***</c>. Empty text is no secret.</summary>
    public void Hide(string secret)
    {
        if (secret.Length == 0)
        {
            return;
        }

        lock (_lock)
        {
            _secrets.Add(secret);
        }
    }

    /// <summary>A line of the report.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotWrite"/>, once: what is printed after that is lost without a word.</exception>
    public void Out(string line)
    {
        if (_outIsGone)
        {
            return;
        }

        try
        {
            Write(output, Redact(line));
        }
        catch (Exception e) when (IsGone(e))
        {
            _outIsGone = true;
            throw new AgentException(AgentFault.CannotWrite, $"Standard output cannot be written: {e.Message} What was done stays done: look for the bundles before you run it again.", e);
        }
    }

    /// <summary>A line of progress, an error or a command for the runner. Where nobody can read it the run goes on: its exit code is left.</summary>
    public void Error(string line) => WriteError(Redact(line));

    /// <summary>Hands a secret to the runner so that it masks it: the one line that is not redacted.</summary>
    public void Command(string prefix, string secret) => WriteError(prefix + secret);

    /// <summary>Replaces what must not be seen.</summary>
    public string Redact(string text)
    {
        lock (_lock)
        {
            foreach (var secret in _secrets)
            {
                text = text.Replace(secret, "***", StringComparison.Ordinal);
            }
        }

        return text;
    }

    /// <summary>A full disk, a pipe without a reader, or a descriptor that was closed before the program began.</summary>
    private static bool IsGone(Exception e) => e is IOException or UnauthorizedAccessException or ObjectDisposedException;

    private void WriteError(string line)
    {
        try
        {
            Write(error, line);
        }
        catch (Exception e) when (IsGone(e))
        {
            // There is no other place to say it.
        }
    }

    private void Write(TextWriter writer, string line)
    {
        lock (_lock)
        {
            writer.Write(line + "\n");
            writer.Flush();
        }
    }
}
