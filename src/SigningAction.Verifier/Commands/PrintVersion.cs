using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace SigningAction.Verifier.Commands;

/// <summary>The version of this program, also where another program drives it in process.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var version = typeof(SigningVerifier).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        parseResult.InvocationConfiguration.Output.WriteLine($"signing-verifier {version}");
        return 0;
    }
}
