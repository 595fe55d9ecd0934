using System.Diagnostics;

namespace SigningAction.Testing;

/// <summary>Waits for what other threads and processes do. How long it takes is nobody's promise, so the deadline is one for a machine that has much else to do.</summary>
public static class Eventually
{
    /// <summary>What is not there by then does not come.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until it is so.</summary>
    /// <param name="condition">Asked again and again.</param>
    /// <param name="otherwise">What is said when it never is.</param>
    /// <exception cref="TimeoutException">It never was.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        for (var waited = Stopwatch.StartNew(); !await condition();)
        {
            if (waited.Elapsed > Deadline)
            {
                throw new TimeoutException(otherwise());
            }

            await Task.Delay(Pause);
        }
    }

    /// <inheritdoc cref="TrueAsync(Func{Task{bool}}, Func{string})"/>
    public static Task TrueAsync(Func<bool> condition, Func<string> otherwise) => TrueAsync(() => Task.FromResult(condition()), otherwise);

    /// <summary>Waits for work that must end.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public static Task WithinDeadlineAsync(this Task work) => work.WaitAsync(Deadline);

    /// <inheritdoc cref="WithinDeadlineAsync(Task)"/>
    public static Task<T> WithinDeadlineAsync<T>(this Task<T> work) => work.WaitAsync(Deadline);
}
