using SigningAction.Authority.Hosting;

namespace SigningAction.Authority.Tests.Commands;

/// <summary>The program as somebody types it, with both streams apart.</summary>
internal static class AuthorityCommand
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await SigningAuthority.RunAsync(arguments, output, error);
        Assert.DoesNotContain("   at ", output.ToString() + error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", error.ToString(), StringComparison.Ordinal);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Ends with a code, and says each of the words on standard error.</summary>
    public static async Task RefusedAsync(int expected, string[] words, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);
        Assert.True(code == expected, $"{code}: {error}");
        Assert.All(words, word => Assert.Contains(word, error, StringComparison.Ordinal));
    }
}
