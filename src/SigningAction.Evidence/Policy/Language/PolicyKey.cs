
namespace SigningAction.Evidence.Policy.Language;

/// <summary>One condition that a rule may have: the single source of loader, JSON schema and reference.</summary>
/// <param name="Claim">What it asks about; its name is the key.</param>
/// <param name="Form">What an exact value looks like: a pattern over the whole value that .NET and ECMA-262 read alike.</param>
/// <param name="Expected">The same for people, as in "must be …".</param>
/// <param name="Description">What the condition means.</param>
internal sealed record PolicyKey(PipelineClaim Claim, string Form, string Expected, string Description)
{
    private readonly AnchoredPattern _form = AnchoredPattern.TryCompile(Form, out var form) ? form : throw new ArgumentException("Not a pattern.", nameof(Form));

    public string Name => PipelineClaims.Name(Claim);

    /// <summary>The only values there are; empty when the set is open.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Whether digits without quotes are a value: ids and commits.</summary>
    public bool IsNumeric { get; init; }

    public bool TakesPattern => !AllowRequirements.TakesOnlyExactValues(Claim);

    public bool Accepts(string value) => _form.Matches(value);
}
