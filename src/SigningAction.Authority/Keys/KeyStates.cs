namespace SigningAction.Authority.Keys;

/// <summary>How the keys that were loaded stand. A key in a file signs in this process and does not fail; one that lives elsewhere is judged by its last signatures.</summary>
public sealed class KeyStates
{
    private readonly List<(string Name, ProvenKey? Key)> _keys = [];

    /// <summary>Every key, in the order in which they were loaded.</summary>
    public IReadOnlyList<KeyState> All => [.. _keys.Select(key => key.Key?.State ?? KeyState.Ready(key.Name))];

    /// <summary>A key that serves from now on. Not safe beside anything else: keys are loaded before anybody asks.</summary>
    internal void Add(string name, ProvenKey? key) => _keys.Add((name, key));

    /// <summary>Lets each key that failed sign something that is nothing, which changes its state when it does.</summary>
    internal void TryFailing()
    {
        foreach (var (_, key) in _keys)
        {
            if (key is { State.Failures: > 0 })
            {
                key.Try();
            }
        }
    }
}
