using SigningAction.Agent.Signing;

namespace SigningAction.Agent.Tests.Fakes;

/// <summary>A directory, variables and captured output: where one agent runs in a test.</summary>
public sealed class TestPlace : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-test-");

    public string Directory_ => _directory.FullName;

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public StringWriter Out { get; } = new();

    public StringWriter Error { get; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public HttpMessageHandler? Network { get; init; }

    public Func<EphemeralKey> NewKey { get; init; } = () => new EphemeralKey();

    /// <summary>Everything that was printed.</summary>
    public string Printed => Out.ToString() + Error.ToString();

    public AgentEnvironment Environment => new()
    {
        Variables = Variables,
        WorkingDirectory = Directory_,
        Out = Out,
        Error = Error,
        Time = Time,
        Network = Network,
        NewKey = NewKey,
    };

    /// <summary>A job of GitHub Actions with its file commands; the token service is at <paramref name="tokenUrl"/>.</summary>
    public TestPlace AsGitHubJob(string? tokenUrl = null, string bearer = "runner-bearer-canary-5f1c")
    {
        Variables["GITHUB_ACTIONS"] = "true";
        Variables["GITHUB_OUTPUT"] = PathOf(".output");
        Variables["GITHUB_STEP_SUMMARY"] = PathOf(".summary");
        if (tokenUrl is not null)
        {
            Variables["ACTIONS_ID_TOKEN_REQUEST_URL"] = tokenUrl;
            Variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = bearer;
        }

        return this;
    }

    public string PathOf(string name) => Path.Combine(Directory_, name);

    public string Write(string name, string content)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
