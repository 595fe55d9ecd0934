using System.CommandLine;
using SigningAction.Authority.Hosting;

namespace SigningAction.Authority.Commands;

/// <summary><c>signing-authority serve DIR</c>. Standard output gets one line, when it listens; the log goes to standard error.</summary>
public static class ServeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "The authority's directory, made by init." };
        var listen = new Option<string?>("--listen") { HelpName = "URL", Description = "http://ADDRESS:PORT instead of what authority.json says. TLS ends in front of it." };
        listen.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !ListenAddress.TryParse(text, out _))
            {
                result.AddError("--listen must be http://ADDRESS:PORT with an IP address or localhost.");
            }
        });
        var command = new Command("serve", "Run the authority until SIGTERM or SIGINT; everything in flight is answered first.") { directory, listen };
        command.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                var address = parsed.GetValue(listen) is { } text && ListenAddress.TryParse(text, out var given) ? given : null;
                var options = new AuthorityHostOptions { Listen = address, Socket = InheritedSocket.Find() };
                await using var host = await AuthorityHost.StartAsync(parsed.GetRequiredValue(directory), options, cancellationToken);
                await output.Output.WriteLineAsync($"Listening on {host.ListensOn} as {host.Url}");
                await output.Output.FlushAsync(CancellationToken.None);
                await host.WaitForStopAsync(cancellationToken);
                await host.StopAsync();
                return ExitCodes.Done;
            });
        });
        return command;
    }
}
