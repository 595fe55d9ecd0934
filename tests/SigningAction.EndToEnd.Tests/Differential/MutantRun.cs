using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;
using SigningAction.Testing.Mutants;

namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>Every mutant of the mutation tests of Evidence with our verdict, made once for all peers, and which of them are put to whom.</summary>
public sealed class MutantRun : IDisposable
{
    /// <summary>How many of a row's mutants are asked about in the short run.</summary>
    private const int OfARow = 12;

    /// <summary>Of the rest, one of so many is put to those that are a process each.</summary>
    private const int Sample = 200;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("differential-");
    private readonly Lazy<(List<BrokenBundle> Mutants, List<Peers.Verdict> Ours)> _made;
    private Task<Peers.Verdict?[]>? _oursOnCases;

    public MutantRun() => _made = new(Make);

    /// <summary>Whether everything is put to everybody: 20,000 mutants, 20 minutes of processor time.</summary>
    public static bool Whole => Environment.GetEnvironmentVariable("SIGNINGACTION_DIFFERENTIAL") == "all";

    /// <summary>All mutants; the same in each run but for keys, and what is made with them.</summary>
    internal IReadOnlyList<BrokenBundle> Mutants => _made.Value.Mutants;

    /// <summary>Our verdict on each, of the library in this process.</summary>
    internal IReadOnlyList<Peers.Verdict> Ours => _made.Value.Ours;

    /// <summary>
    /// The mutants to ask about. In the short run, of each row a few, and what we accept: once each change of each field. Besides, sigstore-js, which answers in bulk, gets each kind of change of
    /// each field of each kind of bundle, and one of each field of JSON in base64 and each place in the DER; the others, a process each, a sample.
    /// </summary>
    internal IEnumerable<int> ToAsk(string peer, IReadOnlyList<Disagreement> rows)
    {
        var all = Enumerable.Range(0, Mutants.Count).ToArray();
        if (Whole)
        {
            return all;
        }

        var ofRows = rows.SelectMany(row => Few([.. all.Where(i => row.Holds(Mutants[i]) && Ours[i].Verified == row.Verified)]));
        var accepted = all.Where(i => Ours[i].Verified).DistinctBy(i => (Mutants[i].Field, Mutants[i].KindOfChange));
        var others = peer != "sigstore-js" ? all.Where(i => i % Sample == 0)
            : all.GroupBy(i => Mutants[i] is { IsPlainMember: true } member ? (member.Bundle, member.Field, member.KindOfChange) : (Mutants[i].Bundle, Mutants[i].Field, ""))
                .Select((group, number) => group.ElementAt(number % group.Count()));
        return ofRows.Concat(accepted).Concat(others).Distinct().Order();
    }

    /// <summary>Asks another verifier.</summary>
    internal async Task<IEnumerable<Peers.Verdict>> AskAsync(string peer, IEnumerable<int> mutants) => (await Peers.AskAsync(peer, [.. mutants.Select(i => Mutants[i].Case)])).Select(one => one!);

    /// <summary>Our verdict on the cases, once for all peers: of the program.</summary>
    internal Task<Peers.Verdict?[]> OursAsync(IReadOnlyList<EvidenceCase> cases) => _oursOnCases ??= Peers.AskAsync("signing-verifier", cases);

    private Peers Peers => new(_folder.FullName);

    public void Dispose() => _folder.Delete(recursive: true);

    private (List<BrokenBundle> Mutants, List<Peers.Verdict> Ours) Make()
    {
        using var kinds = new BundleKinds();
        using var der = new DerKinds();
        var (mutants, ours) = (new List<BrokenBundle>(), new List<Peers.Verdict>());
        var artifact = Path.Combine(_folder.FullName, "artifact");
        File.WriteAllBytes(artifact, BundleKinds.Artifact.Span);
        foreach (var family in BundleKinds.Names.Select(kinds.Make).Concat(BundleKinds.Loggable.Select(kinds.MakeLogged)).Concat(DerKinds.Names.Select(der.Make)))
        {
            var place = Path.Combine(_folder.FullName, family.Name);
            var good = new EvidenceCase(family.Name, family.Good, artifact, place + ".root.json")
            {
                Identity = InMemorySigstore.Workflow.SignerUri,
                Key = family.Policy.Key is null ? null : place + ".pub",
                Logged = family.Policy.Profile != TrustProfile.GitHub,
                Promised = family.Policy.Profile != TrustProfile.GitHub && family.Policy.DangerouslyAcceptDetachedScts.Count == 0,
                Stamped = family.Good.Span.IndexOf("\"signedTimestamp\""u8) >= 0,
                PredicateType = EvidenceCase.PredicateTypeOf(family.Good.Span),
            };
            File.WriteAllBytes(good.Root, family.Root.ToJson());
            if (good.Key is not null)
            {
                File.WriteAllText(good.Key, InMemoryRekor1.Pem(family.Policy.Key!));
            }

            var verifier = new Evidence.Verification.Verifier(family.Root);
            foreach (var (name, mutant) in family.Mutants.Prepend(("$ unchanged", family.Good.ToArray())))
            {
                mutants.Add(BrokenBundle.Of(family.Name, name, good with { Bundle = mutant }));
                ours.Add(Verdict(() => verifier.Verify(Bundle.Parse(mutant), Artifact.OfBytes(BundleKinds.Artifact), family.Policy)));
            }
        }

        return (mutants, ours);
    }

    private static IEnumerable<int> Few(int[] mutants) => mutants.Where((_, i) => i % ((mutants.Length + OfARow - 1) / OfARow) == 0);

    private static Peers.Verdict Verdict(Func<VerifiedBundle> verify)
    {
        try
        {
            verify();
            return new Peers.Verdict(true, "");
        }
        catch (EvidenceException refusal)
        {
            return new Peers.Verdict(false, $"{refusal.Code}: {refusal.Message}");
        }
    }
}
