using System.ComponentModel.DataAnnotations;
using SigningAction.Authority.Settings;

namespace SigningAction.Authority.Hosting;

/// <summary>Limits that an administrator may set. They keep one caller from starving the others; they are no security boundary.</summary>
public sealed record LimitOptions
{
    /// <summary>Requests a second of one address (of one /64 with IPv6), in the long run.</summary>
    /// <remarks>Runners of one organisation often share an address, so this is generous; a single pipeline makes four requests.</remarks>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 500;

    /// <summary>Requests of one address at once, after a pause; at least <c>requestsPerSecond</c>.</summary>
    /// <remarks>A release with hundreds of jobs begins in one second: four seconds' worth of the rate.</remarks>
    [Range(1, 10_000_000)]
    public int Burst { get; set; } = 2_000;

    /// <summary>Requests of everybody that are being answered at once, half of them of one address.</summary>
    /// <remarks>What the authority answers in a fifth of a second on four cores: more in flight would make everybody wait, and win nothing.</remarks>
    [Range(16, 100_000)]
    public int InFlight { get; set; } = 2_048;

    /// <summary>Megabytes (2^20 bytes) of bodies and answers above 16 KiB that are in flight at once, half of them of one address; beyond it 503 <c>BUSY</c>.</summary>
    /// <remarks>A pipeline's requests are below 16 KiB. Eight of the largest envelopes at once from each of two addresses, in a process that is to stay below 300 MB.</remarks>
    [Range(64, 65_536)]
    public int MemoryMegabytes { get; set; } = 128;

    /// <summary>Open connections of everybody together, half of them of one address that is no trusted proxy; more are closed at once.</summary>
    /// <remarks>An idle connection costs some 20 KB and a file handle; the service's file limit must be higher.</remarks>
    [Range(10, 1_000_000)]
    public int Connections { get; set; } = 10_000;

    /// <summary>Seconds between SIGTERM and the moment from which nobody is let in: <c>/readyz</c> says <c>stopping</c> meanwhile, and everything is served.</summary>
    /// <remarks>None: without a load balancer nobody looks. Behind one, set it to its polling interval times the misses that it allows.</remarks>
    [Range(0, 300)]
    public int DrainSeconds { get; set; }

    /// <summary>Longest time for what is in flight when the server stops, in seconds, after <c>drainSeconds</c>.</summary>
    /// <remarks>The slowest honest request waits for an issuer's keys, 10 s; clients give up after 30 s.</remarks>
    [Range(1, 600)]
    public int StopSeconds { get; set; } = 30;

    /// <summary>
    /// Seconds for which a connection that says nothing is kept for its next request when the server stops behind an inherited socket; connections at work end
    /// with their next answer.
    /// </summary>
    /// <remarks>A client that sends at the very moment of an end would lose its request. Whoever was silent for as long hardly speaks just then.</remarks>
    [Range(0, 60)]
    public int LingerSeconds { get; set; } = 5;

    /// <summary>Seconds to wait for the process before this one to leave the database, when the listening socket was inherited; without one nothing is waited for.</summary>
    /// <remarks>Longer than the old process may take to stop, <c>drainSeconds</c> and <c>stopSeconds</c> together; connections wait in the socket's queue meanwhile.</remarks>
    [Range(0, 900)]
    public int StartSeconds { get; set; } = 60;

    /// <summary>What is out of range.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var fault in SettingRanges.Faults(this, name => $"limits.{SettingRanges.JsonName(name)}"))
        {
            yield return fault;
        }

        if (Burst < RequestsPerSecond)
        {
            yield return "limits.burst must be from limits.requestsPerSecond to 10000000.";
        }
    }
}
