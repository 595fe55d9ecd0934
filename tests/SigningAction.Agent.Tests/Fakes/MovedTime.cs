using Microsoft.Extensions.Time.Testing;

namespace SigningAction.Agent.Tests.Fakes;

/// <summary>Lets work that waits run at once, by moving a fake clock until it is done.</summary>
public static class MovedTime
{
    public static async Task<T> RunAsync<T>(this FakeTimeProvider time, Task<T> work)
    {
        while (!work.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        return await work;
    }
}
