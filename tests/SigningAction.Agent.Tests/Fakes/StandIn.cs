using SigningAction.Testing;
using WireMock.Server;
using WireMock.Settings;

namespace SigningAction.Agent.Tests.Fakes;

/// <summary>A stand-in for somebody else's HTTP service.</summary>
public static class StandIn
{
    /// <summary>Starts one. Left to itself it looks for a free port and takes it later, when another server may have it.</summary>
    public static WireMockServer Start() => WireMockServer.Start(new WireMockServerSettings
    {
        Port = LoopbackPort.Next(),
        StartTimeout = (int)Eventually.Deadline.TotalMilliseconds,
    });
}
