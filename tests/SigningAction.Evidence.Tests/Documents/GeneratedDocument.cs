namespace SigningAction.Evidence.Tests.Documents;

/// <summary>A file of the repository that is made from the code. It is compared in every run, and rewritten on demand.</summary>
internal static class GeneratedDocument
{
    private const string Rewrite = "SIGNINGACTION_WRITE_DOCUMENTS";

    /// <summary>The repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Fails when the file is not what the code makes of it.</summary>
    /// <param name="path">Below the root of the repository.</param>
    /// <param name="text">What it must hold.</param>
    public static void RequireSame(string path, string text)
    {
        var file = Path.Combine(Root, path);
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == text,
            $"{path} differs from the code: run this test with {Rewrite}=1 and read the difference.{FirstDifference(file, text)}");
    }

    /// <summary>A file of the repository.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FirstDifference(string file, string text)
    {
        var (before, after) = (File.Exists(file) ? File.ReadAllLines(file) : [], text.Split('\n'));
        var at = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        return $" Line {at + 1} is '{before.ElementAtOrDefault(at)}' and must be '{after.ElementAtOrDefault(at)}'.";
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SigningAction.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run from a build inside the repository.");
        }

        return folder.FullName;
    }
}
