using System.CommandLine;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Policy;

var root = new RootCommand("An organisation's signing authority: certificates for pipelines under policy, timestamps, transparency logs.")
{
    InitCommand.Create(),
    ServeCommand.Create(),
    FsckCommand.Create(),
    TrustCommand.Create(),
    PolicyCommand.Create(),
};
var parsed = root.Parse(args);

// Signals belong to the host, which answers everybody in flight first; the command line's own handler would give it two seconds.
var code = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
