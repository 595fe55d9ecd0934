using Microsoft.Extensions.Time.Testing;
using SigningAction.Verifier.Sources;

namespace SigningAction.Verifier.Tests.Sources;

public sealed class HashProgressTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _error = new();

    [Fact]
    public void A_person_who_waits_sees_how_far_it_is_and_the_line_goes_away()
    {
        var progress = new HashProgress(_error, () => true, _time);
        progress.Report("app.iso", 1, 4);
        Assert.Equal(string.Empty, _error.ToString());

        _time.Advance(TimeSpan.FromSeconds(2));
        progress.Report("app\u001b.iso", 1, 4);
        progress.Report("app.iso", 2, 4);
        Assert.Equal("\r\u001b[KHashing app\\u{1B}.iso: 25 %", _error.ToString());
        progress.Clear();
        progress.Clear();
        Assert.EndsWith("25 %\r\u001b[K", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_watches_nothing_is_written()
    {
        var progress = new HashProgress(_error, () => false, _time);
        _time.Advance(TimeSpan.FromMinutes(1));
        progress.Report("app.iso", 1, 4);
        progress.Clear();
        Assert.Equal(string.Empty, _error.ToString());
    }
}
