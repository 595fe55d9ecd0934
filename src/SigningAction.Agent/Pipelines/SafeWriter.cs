namespace SigningAction.Agent.Pipelines;

/// <summary>
/// The only way to print: every line is stripped of the secrets that this run knows, wherever they came from; also a service that
/// echoes the token in its error cannot bring it into a log.
/// </summary>
public sealed class SafeWriter(TextWriter output, TextWriter error)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _secrets = new(StringComparer.Ordinal);

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
    public void Out(string line) => Write(output, Redact(line));

    /// <summary>A line of progress, an error or a command for the runner.</summary>
    public void Error(string line) => Write(error, Redact(line));

    /// <summary>Hands a secret to the runner so that it masks it: the one line that is not redacted.</summary>
    public void Command(string prefix, string secret) => Write(error, prefix + secret);

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

    private void Write(TextWriter writer, string line)
    {
        lock (_lock)
        {
            writer.Write(line + "\n");
            writer.Flush();
        }
    }
}
