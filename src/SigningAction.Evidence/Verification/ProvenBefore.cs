using System.Diagnostics.CodeAnalysis;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// What was proven before, found by what it was proven of: the key is made of every byte that the proof looked at, so that a changed one is another key and is proven
/// anew. What was refused is never kept. Bounded in two generations: when the younger one is half of the bound it becomes the older one, and what was in that and was
/// not asked for since is forgotten, which costs only time. Safe for concurrent use.
/// </summary>
/// <typeparam name="TKey">All that the proof depends on.</typeparam>
/// <typeparam name="TValue">What was proven.</typeparam>
/// <param name="most">How many are kept at the most; at least 2.</param>
internal sealed class ProvenBefore<TKey, TValue>(int most)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _turn = new();
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    /// <summary>How many are kept now.</summary>
    public int Count
    {
        get
        {
            lock (_turn)
            {
                return _young.Count + _old.Count;
            }
        }
    }

    public bool TryFind(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        lock (_turn)
        {
            if (_young.TryGetValue(key, out value))
            {
                return true;
            }

            if (!_old.Remove(key, out value))
            {
                return false;
            }

            Add(key, value);
            return true;
        }
    }

    /// <summary>Keeps what was proven; what is there already stays.</summary>
    public void Keep(TKey key, TValue value)
    {
        lock (_turn)
        {
            if (!_young.ContainsKey(key) && !_old.ContainsKey(key))
            {
                Add(key, value);
            }
        }
    }

    private void Add(TKey key, TValue value)
    {
        if (_young.Count >= most / 2)
        {
            (_young, _old) = ([], _young);
        }

        _young.Add(key, value);
    }
}
