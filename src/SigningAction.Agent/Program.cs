using System.Runtime.InteropServices;
using SigningAction.Agent;
using SigningAction.Agent.Pipelines;

ProcessShield.Raise();

// A runner that cancels a job sends SIGINT, then SIGTERM, and kills later: both end the run in order, so that no partial file stays behind.
using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await SigningAgent.RunAsync(args, AgentEnvironment.OfProcess(), stop.Token);
