using System.Diagnostics.CodeAnalysis;

namespace SigningAction.Evidence.Tests.Documents;

/// <summary>Has one of each kind of member that a listing shows, and some that it does not.</summary>
[SuppressMessage("Design", "CA1063:Implement IDisposable correctly", Justification = "There is nothing to free; the member is what matters.")]
[SuppressMessage("Usage", "CA1816:Dispose methods should call SuppressFinalize", Justification = "There is nothing to free; the member is what matters.")]
public class Sample : IDisposable
{
    public const int Most = 3;

    public Sample(string? name = null) => Name = name;

    public required IReadOnlyList<string?> Names { get; init; }

    internal string? Name { get; }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out Sample? sample)
    {
        sample = bytes.Length > Most ? new Sample { Names = [] } : null;
        return sample is not null;
    }

    public virtual void Dispose()
    {
    }

    protected static void Hidden(params (int Number, string? Text)[] pairs) => ArgumentNullException.ThrowIfNull(pairs);
}
