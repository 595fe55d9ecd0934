using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Documents;

/// <summary>A change of what callers compile against is seen by whoever reads the difference.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_published_listing_is_what_callers_can_use() => GeneratedDocument.RequireSame(
        "src/SigningAction.Evidence/PublicApi.txt",
        "What callers of SigningAction.Evidence can use: a line a type, a line a member.\n" +
        "The tests compare this file with the assembly. A line that goes or changes breaks somebody: say so in CHANGELOG.md.\n" +
        PublicApi.Of(typeof(Verifier).Assembly));

    [Fact]
    public void The_listing_shows_what_a_caller_must_know_of_a_member()
    {
        var listing = PublicApi.Of(typeof(Sample).Assembly).Split('\n').SkipWhile(line => line != "class SigningAction.Evidence.Tests.Documents.Sample : IDisposable").TakeWhile(line => line.Length > 0);
        Assert.Equal(
            [
                "class SigningAction.Evidence.Tests.Documents.Sample : IDisposable",
                "    const int Most = 3",
                "    new(string? name = null)",
                "    protected static void Hidden(params (int, string?)[] pairs)",
                "    required IReadOnlyList<string?> Names { get; init; }",
                "    static bool TryRead(ReadOnlySpan<byte> bytes, out Sample? sample)",
                "    virtual void Dispose()",
            ],
            listing);
    }
}
