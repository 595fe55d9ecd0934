namespace SigningAction.Authority.Clock;

/// <summary>
/// With which other clocks the own one is compared. With no source it is compared with the ledger alone, and nothing depends on a network time source.
/// </summary>
public sealed record ClockOptions
{
    private const int MostSources = 16;

    /// <summary>NTP servers, <c>HOST</c> or <c>HOST:PORT</c> (UDP 123), at most 16 and none twice; four of different operators are a good choice.</summary>
    public IReadOnlyList<string> TimeSources { get; set; } = [];

    /// <summary>How many sources must agree with the own clock; 1 to their number. Null: three quarters, rounded up, so 3 of 4.</summary>
    public int? Quorum { get; set; }

    /// <summary>Seconds that the own clock may be off; 1 to 60. A leaf lives ten minutes, and timestamp-authority allows six seconds.</summary>
    public int ToleranceSeconds { get; set; } = 6;

    /// <summary>Seconds between two comparisons; 16 to 3,600. Public servers refuse callers who ask more often than every 16 s.</summary>
    public int IntervalSeconds { get; set; } = 60;

    /// <summary>Tries for each source in one comparison; 1 to 10.</summary>
    public int Tries { get; set; } = 3;

    /// <summary>Seconds for one try, its name look-up included; 1 to 30.</summary>
    public int TimeoutSeconds { get; set; } = 5;

    /// <summary>Minutes for which the last good comparison serves when sources cannot be reached; 0 to 1,440. A cheap quartz drifts 0.2 s in half an hour.</summary>
    public int GraceMinutes { get; set; } = 30;

    /// <summary>How many sources must agree.</summary>
    internal int Needed => Quorum ?? ((3 * TimeSources.Count) + 3) / 4;

    internal TimeSpan Tolerance => TimeSpan.FromSeconds(ToleranceSeconds);

    /// <summary>What is out of range.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var source in TimeSources.Where(source => !TimeSource.TryParse(source, out _)))
        {
            yield return $"clock.timeSources: '{source}' is not HOST or HOST:PORT.";
        }

        if (TimeSources.Count > MostSources)
        {
            yield return $"clock.timeSources has more than {MostSources} sources.";
        }

        // The same source twice would be two voices for one clock.
        if (TimeSources.Distinct(StringComparer.OrdinalIgnoreCase).Count() != TimeSources.Count)
        {
            yield return "clock.timeSources names a source twice.";
        }

        if (Quorum is { } quorum && (quorum < 1 || quorum > TimeSources.Count))
        {
            yield return "clock.quorum must be from 1 to the number of clock.timeSources.";
        }

        foreach (var (name, value, least, most) in new[]
        {
            ("toleranceSeconds", ToleranceSeconds, 1, 60),
            ("intervalSeconds", IntervalSeconds, 16, 3600),
            ("tries", Tries, 1, 10),
            ("timeoutSeconds", TimeoutSeconds, 1, 30),
            ("graceMinutes", GraceMinutes, 0, 1440),
        })
        {
            if (value < least || value > most)
            {
                yield return $"clock.{name} must be from {least} to {most}.";
            }
        }
    }
}
