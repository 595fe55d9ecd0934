using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Commands;

/// <summary>
/// What stands already where a run will write. A bundle that says the same is replaced, because a step may run again; one that says something else would be lost, and so
/// would a file that is signed itself.
/// </summary>
internal static class EarlierBundles
{
    /// <summary>Refuses a run that would lose something.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>.</exception>
    public static void RequireNothingLost(SigningPlan plan)
    {
        var signed = plan.Statements.SelectMany(statement => statement.Subjects).Concat(plan.Signatures)
            .Select(subject => subject.Path).OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (plan.AttestationPlaces.Concat(plan.SignaturePlaces).FirstOrDefault(signed.Contains) is { } place)
        {
            throw Lost(place, "is signed itself, and its bundle would replace it");
        }

        // Several bundles are the lines of one file, which is named for what they say.
        if (plan.Statements is [var only])
        {
            Require(plan.AttestationPlaces, PredicateTypeOf(only));
        }

        Require(plan.SignaturePlaces, predicateType: null);
    }

    /// <param name="places">Where bundles will be.</param>
    /// <param name="predicateType">What they will attest; null where they are plain signatures.</param>
    private static void Require(IEnumerable<string> places, string? predicateType)
    {
        foreach (var place in places.Where(File.Exists))
        {
            if (IsBundle(place, out var earlier) && earlier != predicateType)
            {
                throw Lost(place, earlier is null ? "holds a signature, which would be lost" : $"holds an attestation ({UntrustedText.OneLine(earlier)}), which would be lost");
            }
        }
    }

    private static string PredicateTypeOf(PlannedStatement statement) =>
        statement.Predicate?.Type ?? (statement.Bytes.IsEmpty ? SlsaProvenance.PredicateType : Statement.Parse(statement.Bytes).PredicateType);

    private static bool IsBundle(string path, out string? predicateType)
    {
        predicateType = null;
        try
        {
            if (!FileKind.IsRegular(path) || new FileInfo(path).Length > Limits.BundleBytes)
            {
                return false;
            }

            var bundle = Bundle.Parse(File.ReadAllBytes(path));
            predicateType = bundle.Envelope is { } envelope ? Statement.Parse(envelope.Payload).PredicateType : null;
            return true;
        }
        catch (Exception e) when (e is EvidenceException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static AgentException Lost(string place, string why) =>
        new(AgentFault.Usage, $"'{UntrustedText.OneLine(place)}' {why}. Give --bundle FILE or --bundle-dir DIRECTORY, or take the file away first.") { File = place };
}
