namespace SigningAction.Authority.Hosting;

/// <summary>Limits that an administrator may set. They keep one caller from starving the others; they are no security boundary.</summary>
public sealed record LimitOptions
{
    /// <summary>Requests a second of one address (of one /64 with IPv6), in the long run; 1 to 1,000,000. Runners of one organisation often share an address.</summary>
    public int RequestsPerSecond { get; set; } = 500;

    /// <summary>Requests of one address at once, after a pause; at least <see cref="RequestsPerSecond"/>.</summary>
    public int Burst { get; set; } = 2_000;

    /// <summary>
    /// Requests of everybody that are being answered at once, half of them of one address; 16 to 100,000. The default is what the authority answers in
    /// a fifth of a second on four cores: more in flight would make everybody wait, and win nothing.
    /// </summary>
    public int InFlight { get; set; } = 2_048;

    /// <summary>Open connections of everybody together; 10 to 1,000,000.</summary>
    public int Connections { get; set; } = 10_000;

    /// <summary>Longest time for what is in flight when the server stops, in seconds; 1 to 600.</summary>
    public int StopSeconds { get; set; } = 30;

    /// <summary>What is out of range.</summary>
    public IEnumerable<string> Faults()
    {
        if (RequestsPerSecond is < 1 or > 1_000_000)
        {
            yield return "limits.requestsPerSecond must be from 1 to 1000000.";
        }

        if (Burst < RequestsPerSecond || Burst > 10_000_000)
        {
            yield return "limits.burst must be from limits.requestsPerSecond to 10000000.";
        }

        if (InFlight is < 16 or > 100_000)
        {
            yield return "limits.inFlight must be from 16 to 100000.";
        }

        if (Connections is < 10 or > 1_000_000)
        {
            yield return "limits.connections must be from 10 to 1000000.";
        }

        if (StopSeconds is < 1 or > 600)
        {
            yield return "limits.stopSeconds must be from 1 to 600.";
        }
    }
}
