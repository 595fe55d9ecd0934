using System.Globalization;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// What a consumer asks of an artifact beyond one good signature: which signers, how many of them over what, how well proven, how fresh. Every bundle is first verified
/// with <see cref="VerificationPolicy.Signers"/>, then checked alone (<see cref="RequireProof"/>); what remains is judged together (<see cref="RequireSigners"/>).
/// A bundle that is refused only does not count: to take one away never turns a refusal into acceptance.
/// </summary>
public sealed class AcceptancePolicy
{
    private const int MostNames = 10;

    /// <summary>A policy.</summary>
    /// <param name="signers">Who may sign.</param>
    /// <param name="required">What must be there; at least one.</param>
    /// <exception cref="ArgumentException">Nothing is required, a rule is named that is none, or more signers are required than rules could allow.</exception>
    public AcceptancePolicy(SigningPolicy signers, IEnumerable<RequiredAttestation> required)
    {
        Signers = signers;
        Required = [.. required];
        if (Required.Count == 0)
        {
            throw new ArgumentException("Something must be required.", nameof(required));
        }

        foreach (var requirement in Required)
        {
            var rules = signers.AllowRuleNames.Count(requirement.Counts);
            if (requirement.From.Except(signers.AllowRuleNames, StringComparer.Ordinal).Any() || (rules > 0 && requirement.Signers > rules))
            {
                throw new ArgumentException("A requirement can never be met by the rules that there are.", nameof(required));
            }
        }
    }

    /// <summary>
    /// A minute: how far the clock that judges may be behind the clock that stamped. The SNTP hosts of most machines keep within seconds, and what was signed a moment ago
    /// elsewhere must verify here. For <see cref="VerificationPolicy.Now"/> too.
    /// </summary>
    public static TimeSpan ClockTolerance { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Who may sign.</summary>
    public SigningPolicy Signers { get; }

    /// <summary>What must be there, all of it; at least one.</summary>
    public IReadOnlyList<RequiredAttestation> Required { get; }

    /// <summary>For <see cref="VerificationPolicy.LogThreshold"/> of each bundle; at least 1, or null.</summary>
    public int? Logs { get; init; }

    /// <summary>For <see cref="VerificationPolicy.TimeThreshold"/> of each bundle; at least 1.</summary>
    public int Timestamps { get; init; } = 1;

    /// <summary>How old the earliest proven time of a signature may be; null for any age.</summary>
    public TimeSpan? MaximumAge { get; init; }

    /// <summary>Checks one bundle's proof alone.</summary>
    /// <param name="bundle">A bundle that verified.</param>
    /// <param name="now">The time of the verdict.</param>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SignatureAge"/> or <see cref="FailureCode.TimeInFuture"/>.</exception>
    public void RequireProof(VerifiedBundle bundle, DateTimeOffset now)
    {
        if (MaximumAge is { } most)
        {
            RequireAge(bundle, now, most);
        }
    }

    /// <summary>Judges the bundles of one artifact together.</summary>
    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.SignersMissing"/> or <see cref="FailureCode.BuilderMismatch"/>, with the names of the rules that nobody signed for.
    /// </exception>
    public void RequireSigners(IReadOnlyCollection<VerifiedBundle> bundles)
    {
        foreach (var requirement in Required)
        {
            Require(requirement, bundles);
        }
    }

    private static void RequireAge(VerifiedBundle bundle, DateTimeOffset now, TimeSpan most)
    {
        // The signature is at least as old as its earliest proof.
        var signed = bundle.Times.Min(time => time.Time);
        if (signed > now + ClockTolerance)
        {
            throw new EvidenceException(FailureCode.TimeInFuture, $"The signature was made at {Shown(signed)}, which is in the future of this machine's clock ({Shown(now)}).");
        }

        if (now - signed > most)
        {
            throw new EvidenceException(FailureCode.SignatureAge, $"The signature was made at {Shown(signed)}; the policy accepts none from before {Shown(now - most)}.");
        }
    }

    private static string Shown(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);

    private void Require(RequiredAttestation requirement, IReadOnlyCollection<VerifiedBundle> bundles)
    {
        var typed = bundles.Where(requirement.IsOfType).ToArray();
        var built = typed.Where(requirement.IsOfBuilder).ToArray();
        var signed = SignedFor(requirement, built);
        if (signed.Count >= requirement.Signers)
        {
            return;
        }

        if (SignedFor(requirement, typed).Count >= requirement.Signers)
        {
            var builder = typed.First(bundle => !requirement.IsOfBuilder(bundle)).Builder;
            throw new EvidenceException(
                FailureCode.BuilderMismatch,
                builder is not null && requirement.BuilderIds.Contains(builder, StringComparer.Ordinal)
                    ? $"The provenance names the builder {PrintableText.Exact(builder)}, and the certificate does not."
                    : $"The builder is {(builder is null ? "not stated" : PrintableText.Exact(builder))}; the policy asks for {Named(requirement.BuilderIds)}.");
        }

        var missing = Signers.AllowRuleNames.Where(name => requirement.Counts(name) && !signed.Contains(name)).ToArray();
        throw new EvidenceException(
            FailureCode.SignersMissing,
            $"{requirement.What} needs {requirement.Signers} different signer(s); {(signed.Count == 0 ? "none signed" : $"signed as {Named(signed)}")}; "
                + $"missing: {(missing.Length == 0 ? "nobody may sign" : Named(missing))}.");
    }

    private static string Named(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(MostNames).Select(name => $"'{PrintableText.Exact(name)}'"))
        + (names.Count > MostNames ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - MostNames} more") : string.Empty);

    /// <summary>
    /// Names of rules, each of which a different identity signed for. An identity that several rules allow stands for one of them, whichever leaves most for the others:
    /// a greatest matching (Kuhn's algorithm).
    /// </summary>
    private List<string> SignedFor(RequiredAttestation requirement, IEnumerable<VerifiedBundle> bundles)
    {
        string[][] allowed =
        [
            .. bundles.Select(bundle => bundle.Identity).OfType<PipelineIdentity>()
                .DistinctBy(identity => (identity.Issuer, identity.SignerUri, identity.RepositoryId))
                .Select(identity => Signers.RulesThatAllow(identity).Select(rule => rule.Name).Where(requirement.Counts).ToArray()),
        ];
        var holders = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < allowed.Length; i++)
        {
            _ = Place(i, new HashSet<string>(StringComparer.Ordinal));
        }

        return [.. holders.Keys.Order(StringComparer.Ordinal)];

        bool Place(int identity, HashSet<string> tried)
        {
            foreach (var rule in allowed[identity])
            {
                if (tried.Add(rule) && (!holders.TryGetValue(rule, out var holder) || Place(holder, tried)))
                {
                    holders[rule] = identity;
                    return true;
                }
            }

            return false;
        }
    }
}
