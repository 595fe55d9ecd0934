namespace SigningAction.Authority.Tests.Documents;

/// <summary>A document of the authority that is made from its code.</summary>
internal static class GeneratedDocument
{
    private const string Rewrite = "SIGNINGACTION_WRITE_DOCUMENTS";

    /// <summary>Where a file of the authority's sources is.</summary>
    public static string PathOf(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SigningAction.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run from a build inside the repository.");
        }

        return Path.Combine([folder.FullName, "src", "SigningAction.Authority", .. parts]);
    }

    /// <summary>Compares a file with what it must say, or writes it when that is asked for.</summary>
    public static void AssertIs(string name, string text)
    {
        var path = PathOf(name);
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == text, $"{name} differs from the code: run this test with {Rewrite}=1 and read the difference.");
    }

    /// <summary>Text in a cell of a table.</summary>
    public static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
