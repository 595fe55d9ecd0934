using System.Xml.Linq;
using SigningAction.Evidence.Policy;

namespace SigningAction.EndToEnd.Tests.Repository;

/// <summary>What a reader of the repository may rely on and no compiler checks.</summary>
public sealed class HouseRulesTests
{
    private const int LongFile = 300;
    private const string ReasonForLength = "// Long because ";

    // In parts, so that this file does not name what it looks for.
    private static readonly string[] PackageHosts =
    [
        "registry." + "npmjs.org", "registry." + "yarnpkg.com", "api." + "nuget.org", "deb." + "debian.org", "security." + "debian.org",
        "archive." + "ubuntu.com", .. ConfiguredPackageHosts(),
    ];

    private static readonly AnchoredPattern Unfinished = Pattern(@"(?:.*\W)?(?:TO[D]O|FIX[M]E|HA[C]K|NotImplemented[E]xception)(?:\W.*)?");

    private static readonly AnchoredPattern MachinePath = Pattern(@"(?:.*[^\w.~})*:/-])?/(?:wor[k]|roo[t]|far[m]|opt/nuge[t])/.*");

    private static readonly AnchoredPattern BinaryFile = Pattern(@".*\.(?:png|ico|der|bin|woff2?|pdf|zip|gz)");

    private static readonly IReadOnlyList<string> TextFiles = [.. RepositoryFiles.All.Where(path => !BinaryFile.Matches(path))];

    [Fact]
    public void Every_package_says_why_it_is_here()
    {
        var versions = XDocument.Parse(RepositoryFiles.Read("Directory.Packages.props")).Descendants("PackageVersion").ToList();
        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.True(version.PreviousNode is XComment { Value.Length: > 20 }, version.ToString()));
    }

    [Fact]
    public void No_file_names_the_host_of_a_package_source() =>
        None(Lines(TextFiles, line => PackageHosts.Any(host => line.Contains(host, StringComparison.OrdinalIgnoreCase))));

    [Fact]
    public void No_file_names_a_folder_of_a_machine_that_it_was_written_on() =>
        None(Lines(TextFiles, MachinePath.Matches));

    [Fact]
    public void Locked_npm_packages_name_no_address() =>
        None(Lines(TextFiles.Where(path => path.EndsWith("package-lock.json", StringComparison.Ordinal)), line => line.Contains("\"resolved\"", StringComparison.Ordinal)));

    [Fact]
    public void No_source_leaves_work_for_later() =>
        None(Lines(Sources(), Unfinished.Matches));

    [Fact]
    public void A_source_file_of_more_than_300_lines_says_why_in_its_first_line()
    {
        var unexplained = Sources()
            .Where(path => path.StartsWith("src/", StringComparison.Ordinal))
            .Select(path => (path, lines: File.ReadAllLines(Path.Combine(RepositoryFiles.Root, path))))
            .Where(file => file.lines.Length > LongFile && !file.lines[0].StartsWith(ReasonForLength, StringComparison.Ordinal))
            .Select(file => $"{file.path}: {file.lines.Length} lines");
        None(unexplained);
    }

    [Fact]
    public void Scripts_are_executable() =>
        Assert.All(["tests/run", ".ci/run", "tests/conformance/client"], path =>
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(RepositoryFiles.Root, path)).HasFlag(UnixFileMode.UserExecute), path));

    private static void None(IEnumerable<string> found) => Assert.True(!found.Any(), string.Join('\n', found));

    private static IEnumerable<string> Sources() => TextFiles.Where(path => path.EndsWith(".cs", StringComparison.Ordinal));

    private static IEnumerable<string> Lines(IEnumerable<string> paths, Predicate<string> wanted) =>
        from path in paths
        from line in File.ReadLines(Path.Combine(RepositoryFiles.Root, path)).Select((text, index) => (text, number: index + 1))
        where wanted(line.text)
        select $"{path}:{line.number}";

    /// <summary>tests/run hands over the hosts that this machine is set up with; a loopback mirror is no secret.</summary>
    private static IEnumerable<string> ConfiguredPackageHosts() =>
        (Environment.GetEnvironmentVariable("SIGNINGACTION_PACKAGE_HOSTS") ?? string.Empty)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(host => host.Contains('.', StringComparison.Ordinal) && !host.StartsWith("127.", StringComparison.Ordinal));

    private static AnchoredPattern Pattern(string pattern) =>
        AnchoredPattern.TryCompile(pattern, out var compiled) ? compiled : throw new ArgumentException(pattern);
}
