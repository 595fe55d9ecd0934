using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SigningAction.Authority.Clock;

/// <summary>
/// Compares the clock with the configured time sources, over and over. Between comparisons it watches for steps: a clock that moves otherwise than the
/// machine's uptime was set, and is in doubt until the sources were asked again.
/// </summary>
public sealed partial class TimeSourceMonitor : IAsyncDisposable
{
    /// <summary>How often steps are looked for.</summary>
    private static readonly TimeSpan StepCheck = TimeSpan.FromSeconds(5);

    private readonly ClockOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IReadOnlyList<SntpClient> _sources;
    private readonly CancellationTokenSource _stopping = new();
    private volatile Comparison _last;
    private Task _loop = Task.CompletedTask;

    /// <summary>Nothing is compared, and nothing is trusted, before <see cref="StartAsync"/>.</summary>
    /// <exception cref="ArgumentException">No source is configured, or one is malformed.</exception>
    public TimeSourceMonitor(ClockOptions options, TimeProvider time, ILogger<TimeSourceMonitor> logger)
    {
        if (options.TimeSources.Count == 0 || options.Faults().Any())
        {
            throw new ArgumentException("The time sources are not sound.", nameof(options));
        }

        (_options, _time, _logger) = (options, time, logger);
        _sources = [.. options.TimeSources.Select(text => new SntpClient(TimeSource.TryParse(text, out var source) ? source : throw new ArgumentException(text), options, time))];
        _last = new Comparison(null, new ClockState(ClockCondition.Unreachable, "no time source was asked yet."));
    }

    /// <summary>How the clock stands by the last comparison, its age, and what the clock did since.</summary>
    public ClockState State => StateAt(_time.GetUtcNow());

    /// <summary>
    /// The time by the last comparison that was good, and the uptime since: whatever somebody sets the clock to, it does not move. 1970 before the first one.
    /// </summary>
    public DateTimeOffset Steady
    {
        get
        {
            var (confirmed, now) = (_last.Confirmed, _time.GetUtcNow());
            return confirmed is not { } last ? DateTimeOffset.UnixEpoch
                : Step(last, now).Duration() <= _options.Tolerance && _last.Result.IsTrusted ? now
                : last.Wall + _time.GetElapsedTime(last.Timestamp);
        }
    }

    /// <summary>How far the middle one of the sources that were reached last stands ahead of the own clock; null when none was.</summary>
    public TimeSpan? Offset => _last.Offset;

    /// <summary>Compares once, and then in the background until it is disposed.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopping.Token);
        await CompareAsync(either.Token);
        _loop = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    /// <summary>How far this very reading of the clock is to be believed: a second reading would be another one when somebody sets it in between.</summary>
    internal ClockState StateAt(DateTimeOffset now)
    {
        var last = _last;
        if (last.Result is { IsTrusted: false } doubt)
        {
            return doubt;
        }

        var confirmed = last.Confirmed!.Value;
        if (Step(confirmed, now) is var step && step.Duration() > _options.Tolerance)
        {
            return new ClockState(
                ClockCondition.Contradicted,
                string.Create(CultureInfo.InvariantCulture, $"it was set by {step.TotalSeconds:0.#} s since time sources were asked."));
        }

        return last.Result.Condition == ClockCondition.Unconfirmed && _time.GetElapsedTime(confirmed.Timestamp) > TimeSpan.FromMinutes(_options.GraceMinutes)
            ? new ClockState(
                ClockCondition.Unreachable,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"fewer than {_options.Needed} of {_sources.Count} time sources were reached for more than {_options.GraceMinutes} minutes."))
            : last.Result;
    }

    /// <summary>Asks all sources at once and takes what they say together.</summary>
    internal async Task CompareAsync(CancellationToken cancellation)
    {
        // Before the questions: what the clock does while they are under way counts as a step.
        var asked = new Confirmation(_time.GetUtcNow(), _time.GetTimestamp());
        var answers = await Task.WhenAll(_sources.Select(source => source.AskAsync(cancellation)));
        var before = State;
        List<TimeReading> readings = [.. answers.Where(answer => answer.Reading is not null).Select(answer => answer.Reading!.Value).OrderBy(reading => reading.Offset)];
        _last = Judge(readings, asked) with { Offset = readings.Count == 0 ? null : readings[readings.Count / 2].Offset };

        // Judged first: whoever reads in the log what was answered finds the clock judged by it.
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i] is not ({ } reading, _))
            {
                LogUnreachable(_sources[i].Source, answers[i].Fault);
            }
            else if (!reading.Agrees(_options.Tolerance))
            {
                LogDrift(_sources[i].Source, reading.Offset.TotalSeconds, reading.Uncertainty.TotalSeconds);
            }
        }

        var after = State;
        if (after.Condition != before.Condition)
        {
            LogState(after.IsTrusted ? LogLevel.Information : LogLevel.Error, after.Text, after.Reason);
        }
    }

    private Comparison Judge(IReadOnlyCollection<TimeReading> readings, Confirmation asked)
    {
        var agree = readings.Count(reading => reading.Agrees(_options.Tolerance));
        var contradict = readings.Count(reading => reading.Contradicts(_options.Tolerance));
        if (agree >= _options.Needed)
        {
            return new Comparison(asked, ClockState.Ready);
        }

        var last = _last;
        if (contradict > agree || agree + contradict >= _options.Needed)
        {
            return new Comparison(last.Confirmed, new ClockState(
                ClockCondition.Contradicted,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{contradict} of {_sources.Count} time sources say another time by more than {_options.ToleranceSeconds} s, and {agree} agree.")));
        }

        // Silence clears no doubt: only what was good goes on, and only for a while.
        return State.IsTrusted
            ? new Comparison(last.Confirmed, new ClockState(
                ClockCondition.Unconfirmed, string.Create(CultureInfo.InvariantCulture, $"fewer than {_options.Needed} of {_sources.Count} time sources can be reached.")))
            : new Comparison(last.Confirmed, State.Condition == ClockCondition.Unreachable
                ? new ClockState(
                    ClockCondition.Unreachable,
                    string.Create(CultureInfo.InvariantCulture, $"fewer than {_options.Needed} of {_sources.Count} time sources can be reached."))
                : State);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification =
        "Whatever fails in one comparison, the next must be made; until then the last one ages.")]
    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(StepCheck, _time);
        var compared = _time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                var stepped = _last is { Confirmed: { } confirmed, Result.IsTrusted: true } && Step(confirmed, _time.GetUtcNow()).Duration() > _options.Tolerance;
                if (!stepped && _time.GetElapsedTime(compared) < TimeSpan.FromSeconds(_options.IntervalSeconds))
                {
                    continue;
                }

                compared = _time.GetTimestamp();
                try
                {
                    await CompareAsync(_stopping.Token);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogFailed(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private TimeSpan Step(Confirmation confirmed, DateTimeOffset now) => now - confirmed.Wall - _time.GetElapsedTime(confirmed.Timestamp);

    /// <summary>A time source did not answer, or not usably.</summary>
    /// <remarks>Nothing while enough others answer; UDP 123 must be let out.</remarks>
    [LoggerMessage(EventId = 1201, EventName = "TimeSourceUnreachable", Level = LogLevel.Warning, Message = "The time source {Source} {Fault}")]
    private partial void LogUnreachable(TimeSource source, string fault);

    /// <summary>A time source says another time than the own clock.</summary>
    /// <remarks>One alone: look at that source. Several: set the clock right.</remarks>
    [LoggerMessage(
        EventId = 1202, EventName = "TimeSourceDisagrees", Level = LogLevel.Warning,
        Message = "The time source {Source} is {Offset} s ahead of the clock, give or take {Uncertainty} s")]
    private partial void LogDrift(TimeSource source, double offset, double uncertainty);

    /// <summary>The clock is believed otherwise than before; Error when it is in doubt.</summary>
    /// <remarks>In doubt: set the clock right (RUNBOOK.md).</remarks>
    [LoggerMessage(EventId = 1203, EventName = "ClockChanged", Message = "The clock is now {State}: {Reason}")]
    private partial void LogState(LogLevel level, string state, string? reason);

    /// <summary>A comparison ended in a fault of the authority.</summary>
    /// <remarks>Report it with the exception; the next comparison is made all the same.</remarks>
    [LoggerMessage(EventId = 1204, EventName = "ClockComparisonFailed", Level = LogLevel.Error, Message = "The clock could not be compared with its sources")]
    private partial void LogFailed(Exception cause);

    /// <summary>Wall clock and uptime, read together.</summary>
    private readonly record struct Confirmation(DateTimeOffset Wall, long Timestamp);

    private sealed record Comparison(Confirmation? Confirmed, ClockState Result)
    {
        public TimeSpan? Offset { get; init; }
    }
}
