using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>Broken copies of a case: each member left out, each text changed in its first, middle and last character. The same every time; named by the member and the change.</summary>
internal static class BundleMutants
{
    private static readonly string[] Changes = [" removed", " first character changed", " middle character changed", " last character changed"];

    public static IEnumerable<EvidenceCase> Of(EvidenceCase good) => JsonMutants.Of(System.Text.Encoding.UTF8.GetBytes(good.Bundle))
        .Where(mutant => Changes.Any(change => mutant.Name.EndsWith(change, StringComparison.Ordinal)))
        .Select(mutant => good with { Name = mutant.Name, Bundle = System.Text.Encoding.UTF8.GetString(mutant.Mutant) });
}
