using System.Reflection;
using SigningAction.Evidence.Verification;
using SigningAction.Testing.Architecture;

namespace SigningAction.Evidence.Tests.Architecture;

/// <summary>Bytes in, verdict out: whoever calls Evidence decides about network, files and time, and can test it without any of them.</summary>
public sealed class PurityTests
{
    private static readonly Assembly Evidence = typeof(FailureCode).Assembly;

    private static readonly string[] ImpureNamespaces =
    [
        "System.Net", "System.IO.Pipes", "System.IO.IsolatedStorage", "System.Diagnostics", "System.Threading.Timer", "System.Data",
        "Microsoft.Extensions", "Microsoft.AspNetCore", "Microsoft.Win32",
    ];

    private static readonly string[] ImpureTypes =
    [
        "System.Console", "System.TimeProvider", "System.Random",
        "System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo", "System.IO.DriveInfo",
        "System.IO.RandomAccess", "System.IO.FileSystemWatcher", "System.Security.Cryptography.X509Certificates.X509Chain",
        "System.Security.Cryptography.X509Certificates.X509Store",
    ];

    private static readonly string[] ClockMembers = ["get_Now", "get_UtcNow", "get_Today", "get_TickCount", "get_TickCount64"];

    // What the compiler itself puts into every assembly, and pure questions about text.
    private static readonly string[] Allowed =
    [
        "System.Diagnostics.CodeAnalysis", "System.Diagnostics.Debug", "System.Diagnostics.UnreachableException", "System.Diagnostics.DebuggerBrowsableAttribute",
    ];

    [Fact]
    public void Evidence_uses_no_network_no_files_no_process_and_no_container()
    {
        var impure = TypeUses.Of(Evidence)
            .Where(use => IsImpure(use.UsedType.FullName ?? use.UsedType.Name) || IsEnvironment(use.Used))
            .Select(use => $"{use.User.FullName} uses {use.UsedType.FullName}")
            .Distinct()
            .Order(StringComparer.Ordinal);
        Assert.True(!impure.Any(), string.Join('\n', impure));
    }

    [Fact]
    public void Evidence_reads_no_clock()
    {
        var clocks = TypeUses.Of(Evidence)
            .Where(use => use.Used is MethodBase method && ClockMembers.Contains(method.Name, StringComparer.Ordinal) && method.DeclaringType!.Namespace == "System")
            .Select(use => $"{use.User.FullName} calls {use.Used.DeclaringType}.{use.Used.Name}");
        Assert.True(!clocks.Any(), string.Join('\n', clocks));
    }

    [Fact]
    public void Evidence_depends_on_the_base_class_library_and_on_one_package_only()
    {
        var packages = Evidence.GetReferencedAssemblies()
            .Select(assembly => assembly.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && name != "netstandard")
            .Order(StringComparer.Ordinal);
        Assert.Subset(new HashSet<string>(StringComparer.Ordinal) { "BouncyCastle.Cryptography" }, packages.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_read_and_a_clock_read_are_seen_by_this_test()
    {
        var uses = TypeUses.Of(typeof(SharedMaterial).Assembly);
        Assert.Contains(uses, use => use.User == typeof(SharedMaterial) && IsImpure(use.UsedType.FullName!));
        Assert.Contains(uses, use => use.User == typeof(SharedMaterial) && use.UsedType == typeof(File));
    }

    private static bool IsImpure(string type) =>
        !Allowed.Any(allowed => IsIn(type, allowed)) && (ImpureTypes.Contains(type, StringComparer.Ordinal) || ImpureNamespaces.Any(space => IsIn(type, space)));

    // An iterator asks which thread it runs on; nothing else of the machine may be asked.
    private static bool IsEnvironment(MemberInfo used) =>
        used is MethodBase method && method.DeclaringType == typeof(Environment) && method.Name != "get_CurrentManagedThreadId";

    private static bool IsIn(string type, string space) =>
        type == space || type.StartsWith(space + ".", StringComparison.Ordinal);
}
