namespace SigningAction.Testing;

/// <summary>Commits that wait; disposing lets them go on.</summary>
/// <param name="end">Lets later commits pass.</param>
public sealed class HeldCommits(Action end) : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when a commit waits: what is submitted from now on is in a later batch.</summary>
    public Task ReachedAsync() => _reached.Task.WithinDeadlineAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        end();
        _gate.TrySetResult();
    }

    internal Task WaitAsync()
    {
        _reached.TrySetResult();
        return _gate.Task;
    }
}
