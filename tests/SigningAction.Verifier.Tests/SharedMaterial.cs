namespace SigningAction.Verifier.Tests;

/// <summary>Public vectors that live beside the repository and are never copied into it. Absent: the test says so and skips.</summary>
internal static class SharedMaterial
{
    /// <summary>This repository.</summary>
    public static string Repository { get; } = FindRepository();

    public static string Folder(params string[] path)
    {
        var folder = Path.Combine([Path.GetDirectoryName(Repository) ?? "/", "shared", .. path]);
        Assert.SkipUnless(Directory.Exists(folder), $"shared/{string.Join('/', path)} is not beside the repository");
        return folder;
    }

    private static string FindRepository()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "SigningAction.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The tests run from a build inside the repository.");
        }

        return root.FullName;
    }
}
