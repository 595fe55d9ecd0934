using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Packages;

/// <summary>The packages that tests/run has packed: what is in them, what they ask for, and that the tool runs where it was installed from its package alone.</summary>
public sealed class PackageTests : IDisposable
{
    private const string Library = "SigningAction.Evidence";
    private const string Tool = "signing-verifier";

    private readonly string _folder = Directory.CreateTempSubdirectory("signingaction-e2e-").FullName;

    [Fact]
    public void The_library_comes_with_its_documentation_and_nothing_else()
    {
        using var package = Open(Library);
        Assert.Equal(
            ["FAILURES.md", "README.md", $"{Library}.nuspec", $"lib/net10.0/{Library}.dll", $"lib/net10.0/{Library}.xml"],
            Files(package));
        Assert.Equal(RepositoryFiles.Read($"src/{Library}/README.md"), Text(package, "README.md"));
        Assert.Contains("M:SigningAction.Evidence.Verification.Verifier.Verify(", Text(package, $"lib/net10.0/{Library}.xml"), StringComparison.Ordinal);
        var metadata = Metadata(package);
        foreach (var (name, value) in new[] { ("id", Library), ("version", Version), ("license", "Apache-2.0"), ("readme", "README.md"), ("authors", "SigningAction") })
        {
            Assert.Equal(value, Value(metadata, name));
        }

        Assert.NotEmpty(Value(metadata, "description"));
        Assert.NotEmpty(Value(metadata, "tags"));
    }

    [Fact]
    public void The_library_states_every_assembly_that_it_needs()
    {
        using var package = Open(Library);
        var stated = Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => (string)element.Attribute("id")!).ToList();
        Assert.Equal(["BouncyCastle.Cryptography"], stated);
        using var content = new MemoryStream();
        using (var stored = package.GetEntry($"lib/net10.0/{Library}.dll")!.Open())
        {
            stored.CopyTo(content);
        }

        using var assembly = new PEReader(new MemoryStream(content.ToArray()));
        var reader = assembly.GetMetadataReader();
        var needed = reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name));
        Assert.Equal(stated, needed.Where(name => !name.StartsWith("System.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_tool_installs_from_its_package_alone_and_verifies()
    {
        var packages = Installed.Packages;
        var home = new Dictionary<string, string> { ["DOTNET_CLI_HOME"] = _folder, ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1", ["NUGET_PACKAGES"] = At("nuget") };
        await File.WriteAllTextAsync(
            At("nuget.config"),
            $"""<configuration><packageSources><clear /><add key="here" value="{packages}" /></packageSources></configuration>""",
            TestContext.Current.CancellationToken);
        var installed = await Command.RunAsync(
            "dotnet", ["tool", "install", Tool, "--tool-path", At("tools"), "--configfile", At("nuget.config"), "--version", Version], _folder, home);
        Assert.True(installed.ExitCode == 0, installed.Text);

        using var sigstore = new InMemorySigstore();
        var verify = Sign(sigstore, _folder);
        var verified = await Command.RunAsync(At("tools", Tool), verify, _folder);
        Assert.True(verified.ExitCode == 0, verified.Text);
        await File.AppendAllTextAsync(At("app.zip"), "x", TestContext.Current.CancellationToken);
        Assert.Equal(1, (await Command.RunAsync(At("tools", Tool), verify, _folder)).ExitCode);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Writes an artifact, its bundle and whom to trust into a folder.</summary>
    /// <returns>The arguments of the verifier, with paths relative to the folder.</returns>
    internal static string[] Sign(InMemorySigstore sigstore, string folder)
    {
        var artifact = "what was built"u8.ToArray();
        File.WriteAllBytes(Path.Combine(folder, "app.zip"), artifact);
        File.WriteAllBytes(Path.Combine(folder, "app.zip.sigstore.json"), sigstore.Sign(artifact).ToJson());
        File.WriteAllBytes(Path.Combine(folder, "trusted_root.json"), sigstore.TrustedRoot.ToJson());
        return ["verify", "app.zip", "--repo", "octo/app", "--trusted-root", "trusted_root.json"];
    }

    private static string Version { get; } = (string)XDocument.Parse(RepositoryFiles.Read("Directory.Build.props")).Descendants("VersionPrefix").Single();

    private static ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(Installed.Packages, $"{id}.{Version}.nupkg"));

    /// <summary>Without what every package has by its format (OPC).</summary>
    private static IEnumerable<string> Files(ZipArchive package) => package.Entries.Select(entry => entry.FullName)
        .Where(name => name is not ("_rels/.rels" or "[Content_Types].xml") && !name.StartsWith("package/", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static string Text(ZipArchive package, string name)
    {
        using var reader = new StreamReader(package.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    private static XElement Metadata(ZipArchive package) => XDocument.Parse(Text(package, $"{Library}.nuspec")).Root!.Elements().Single(element => element.Name.LocalName == "metadata");

    private static string Value(XElement metadata, string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;

    private string At(params string[] path) => Path.Combine([_folder, .. path]);
}
