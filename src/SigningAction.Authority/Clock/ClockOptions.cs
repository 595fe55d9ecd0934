using System.ComponentModel.DataAnnotations;
using SigningAction.Authority.Settings;

namespace SigningAction.Authority.Clock;

/// <summary>
/// With which other clocks the own one is compared. With no source it is compared with the ledger alone, and nothing depends on a network time source.
/// </summary>
public sealed record ClockOptions
{
    private const int MostSources = 16;

    /// <summary>NTP servers, <c>HOST</c> or <c>HOST:PORT</c> (UDP 123), at most 16 and none twice.</summary>
    /// <remarks>None: nothing depends on the network. Four of different operators are a good choice: one may be wrong and is outvoted.</remarks>
    public IReadOnlyList<string> TimeSources { get; set; } = [];

    /// <summary>How many sources must agree with the own clock, 1 to their number. Left out: three quarters, rounded up, so 3 of 4.</summary>
    /// <remarks>One of four may be wrong or gone; two that are wrong alike are not outvoted, and then nothing is signed.</remarks>
    public int? Quorum { get; set; }

    /// <summary>Seconds that the own clock may be off.</summary>
    /// <remarks>A leaf lives ten minutes, and timestamp-authority allows six seconds.</remarks>
    [Range(1, 60)]
    public int ToleranceSeconds { get; set; } = 6;

    /// <summary>Seconds between two comparisons.</summary>
    /// <remarks>Public servers refuse callers who ask more often than every 16 s.</remarks>
    [Range(16, 3600)]
    public int IntervalSeconds { get; set; } = 60;

    /// <summary>Tries for each source in one comparison.</summary>
    /// <remarks>UDP loses packets; three in a row are rarely lost by chance.</remarks>
    [Range(1, 10)]
    public int Tries { get; set; } = 3;

    /// <summary>Seconds for one try, its name look-up included.</summary>
    /// <remarks>An answer that took longer is too uncertain to be of use.</remarks>
    [Range(1, 30)]
    public int TimeoutSeconds { get; set; } = 5;

    /// <summary>Minutes for which the last good comparison serves when sources cannot be reached; <c>/readyz</c> is <c>degraded</c> then.</summary>
    /// <remarks>A cheap quartz drifts 0.2 s in half an hour.</remarks>
    [Range(0, 1440)]
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

        foreach (var fault in SettingRanges.Faults(this, name => $"clock.{SettingRanges.JsonName(name)}"))
        {
            yield return fault;
        }
    }
}
