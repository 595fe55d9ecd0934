namespace SigningAction.Verifier.Tests;

/// <summary>Public vectors that live beside the repository and are never copied into it. Absent: the test says so and skips.</summary>
internal static class SharedMaterial
{
    public static string Folder(params string[] path)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "SigningAction.sln")))
        {
            root = root.Parent;
        }

        var folder = Path.Combine([root?.Parent?.FullName ?? "/", "shared", .. path]);
        Assert.SkipUnless(Directory.Exists(folder), $"shared/{string.Join('/', path)} is not beside the repository");
        return folder;
    }
}
