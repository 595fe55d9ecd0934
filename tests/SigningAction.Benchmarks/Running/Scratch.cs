namespace SigningAction.Benchmarks.Running;

/// <summary>A folder for one benchmark, on a disk: in memory a sync costs nothing, and a durable append would look twenty times faster than it is.</summary>
internal sealed class Scratch : IDisposable
{
    private const string Variable = "SIGNINGACTION_BENCHMARK_FOLDER";

    private static readonly string[] InMemory = ["tmpfs", "ramfs"];

    public Scratch()
    {
        var parent = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Artifacts();
        Folder = Directory.CreateDirectory(Path.Combine(parent, $"scratch-{Guid.NewGuid():N}")).FullName;
        FileSystem = new DriveInfo(Folder).DriveFormat;
        if (InMemory.Contains(FileSystem, StringComparer.Ordinal))
        {
            Dispose();
            throw new InvalidOperationException($"{parent} is in memory ({FileSystem}). Set {Variable} to a folder on a disk.");
        }
    }

    public string Folder { get; }

    public string FileSystem { get; }

    public string New(string name) => Path.Combine(Folder, name);

    /// <summary>Where builds go. Not beside the programs: the runtime watches the folder of a server's program for changes of its settings.</summary>
    private static string Artifacts()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SigningAction.sln")))
            {
                return Directory.CreateDirectory(Path.Combine(folder.FullName, "artifacts", "benchmarks")).FullName;
            }
        }

        throw new InvalidOperationException($"This runs from a build inside the repository, or with {Variable} set.");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
