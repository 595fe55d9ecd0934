using System.Globalization;
using SigningAction.Authority.Hosting;

namespace SigningAction.Authority.Tests.Documents;

/// <summary>The units that come with the authority fit its defaults: systemd gives it the time and the files that it takes.</summary>
public sealed class SystemdUnitTests
{
    private static readonly LimitOptions Defaults = new();

    [Fact]
    public void Systemd_waits_as_long_as_a_stop_may_take() =>
        Assert.True(Number("TimeoutStopSec") > Defaults.DrainSeconds + Defaults.LingerSeconds + Defaults.StopSeconds);

    [Fact]
    public void Systemd_waits_as_long_as_a_start_may_wait_for_the_process_before_it() => Assert.True(Number("TimeoutStartSec") > Defaults.StartSeconds);

    [Fact]
    public void Every_connection_and_the_server_itself_have_a_file_handle()
    {
        var handles = Number("LimitNOFILE");
        Assert.Equal(Defaults.Connections, KestrelLimits.Connections(Defaults.Connections, handles));
        Assert.Contains($"`LimitNOFILE={handles}`", File.ReadAllText(GeneratedDocument.PathOf("README.md")), StringComparison.Ordinal);
    }

    private static int Number(string setting) => int.Parse(
        File.ReadAllLines(GeneratedDocument.PathOf("systemd", "signing-authority.service")).Single(line => line.StartsWith(setting + "=", StringComparison.Ordinal)).Split('=')[1],
        CultureInfo.InvariantCulture);
}
