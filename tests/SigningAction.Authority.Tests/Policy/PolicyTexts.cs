using System.Text;
using SigningAction.Authority.Policy;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Tests.Policy;

internal static class PolicyTexts
{
    public const string Head = "version: 1\nissuer: https://token.actions.githubusercontent.com\n";

    public const string Rule = """
          - name: release
            repository_id: 1234
            event: push
            workflow: .github/workflows/release.yml
            ref: refs/heads/main

        """;

    /// <summary>The least policy that allows octo/app's release.</summary>
    public const string Valid = Head + "allow:\n" + Rule;

    public static SigningPolicy Load(string text) => PolicyFile.Parse(Encoding.UTF8.GetBytes(text), "p.yml");

    /// <summary>The rule with one more line.</summary>
    public static string With(string line) => Valid + "    " + line + "\n";

    /// <summary>The rule with another value of one of its keys.</summary>
    public static string With(string key, string value) =>
        string.Join('\n', Valid.Split('\n').Select(line => line.TrimStart(' ', '-').StartsWith(key + ":", StringComparison.Ordinal) ? $"{line.Split(':')[0]}: {value}" : line));

    public static IReadOnlyList<PolicyLoadError> Errors(string text) => Errors(Encoding.UTF8.GetBytes(text));

    public static IReadOnlyList<PolicyLoadError> Errors(byte[] content) =>
        Assert.Throws<PolicyLoadException>(() => PolicyFile.Parse(content, "p.yml")).Errors;

    /// <summary>The one error, with its line and a part of its message.</summary>
    public static void Refused(string text, int line, string message)
    {
        var error = Assert.Single(Errors(text));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(line, error.Line);
        Assert.True(error.Column > 0);
        Assert.StartsWith($"p.yml:{line}:{error.Column}: ", error.ToString(), StringComparison.Ordinal);
    }
}
