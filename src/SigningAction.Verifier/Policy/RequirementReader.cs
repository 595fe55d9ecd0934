using System.Globalization;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy.Language;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Policy;

/// <summary>Reads what a verification policy has besides its rules. Errors are collected; what is unclear is one.</summary>
internal sealed class RequirementReader(PolicyErrors errors)
{
    /// <summary>Things that one policy may require; each is compared with every bundle.</summary>
    public const int MostRequirements = 100;

    private const int LongestAgeDays = 36_500;
    private static readonly string[] Keys = ["predicate_type", "signers", "from", "builder_ids"];

    /// <summary><c>require</c>: one bundle of any kind where it is not there.</summary>
    public IReadOnlyList<RequiredAttestation> Read(PolicyMapping root, IReadOnlyCollection<string> rules)
    {
        switch (root.Find("require"))
        {
            case null:
                return [new RequiredAttestation()];
            case PolicySequence { Items: { Count: > 0 and <= MostRequirements } items }:
                return [.. items.Select(item => Requirement(item, rules)).OfType<RequiredAttestation>()];
            case { } node:
                errors.Add(node, $"require is a list of 1 to {MostRequirements} requirements: write '- predicate_type: …', or remove the key to accept any one signature");
                return [];
        }
    }

    /// <summary>A whole number from 1 to <paramref name="most"/>; null where there is none.</summary>
    public int? Number(PolicyMapping mapping, string key, int most)
    {
        if (mapping.Find(key) is not { } node)
        {
            return null;
        }

        if (node is PolicyScalar { IsPlain: true } scalar
            && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1 && number <= most && number.ToString(CultureInfo.InvariantCulture) == scalar.Text)
        {
            return number;
        }

        errors.Add(node, $"{key} is a whole number from 1 to {most}");
        return null;
    }

    /// <summary><c>max_age</c>: <c>90 days</c>, <c>12 hours</c>; null where there is none.</summary>
    public TimeSpan? Age(PolicyMapping root)
    {
        if (root.Find("max_age") is not { } node)
        {
            return null;
        }

        if (node is PolicyScalar scalar && scalar.Text.Split(' ') is [var count, var unit]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 24 * LongestAgeDays
            && (unit is "days" or "day" ? TimeSpan.FromDays(number) : unit is "hours" or "hour" ? TimeSpan.FromHours(number) : null as TimeSpan?) is { } age
            && age <= TimeSpan.FromDays(LongestAgeDays))
        {
            return age;
        }

        errors.Add(node, "max_age is a number of days or hours: write '90 days' or '12 hours'");
        return null;
    }

    private RequiredAttestation? Requirement(PolicyNode node, IReadOnlyCollection<string> rules)
    {
        if (node is not PolicyMapping { Entries.Count: > 0 } mapping)
        {
            errors.Add(node, "a requirement is a mapping: write '- predicate_type: …'");
            return null;
        }

        PolicyDocument.RequireKeys(mapping, errors, Keys);
        var type = mapping.Find("predicate_type") is { } typeNode ? PolicyDocument.ReadText("predicate_type", typeNode, errors) : null;
        var from = Texts(mapping, "from");
        foreach (var (name, place) in from.Where(item => !rules.Contains(item.Text, StringComparer.Ordinal)))
        {
            errors.Add(place, $"from: no allow rule has the name '{PrintableText.Exact(name)}'");
        }

        var builders = Texts(mapping, "builder_ids");
        if (builders.Count > 0 && type is not ("https://slsa.dev/provenance/v1" or "https://slsa.dev/provenance/v0.2"))
        {
            errors.Add(mapping, "builder_ids needs a predicate_type of SLSA provenance: nothing else names a builder");
        }

        var signers = Number(mapping, "signers", Limits.PolicyRules) ?? 1;
        var most = from.Count > 0 ? from.Select(item => item.Text).Distinct(StringComparer.Ordinal).Count() : rules.Count;
        if (most > 0 && signers > most)
        {
            errors.Add(mapping, $"{signers} signers are required and {most} rule(s) count, one signer each: add rules, or lower signers");
        }

        return new RequiredAttestation
        {
            PredicateType = type,
            Signers = signers,
            From = [.. from.Select(item => item.Text)],
            BuilderIds = [.. builders.Select(item => item.Text)],
        };
    }

    private List<(string Text, PolicyNode Place)> Texts(PolicyMapping mapping, string key)
    {
        List<(string, PolicyNode)> texts = [];
        if (mapping.Find(key) is not { } node)
        {
            return texts;
        }

        var items = node is PolicySequence list ? list.Items : [node];
        if (items.Count is 0 or > Limits.PolicyValues)
        {
            errors.Add(node, $"{key} is a list of 1 to {Limits.PolicyValues} texts: name at least one, or remove the key");
            return texts;
        }

        foreach (var item in items)
        {
            if (PolicyDocument.ReadText(key, item, errors) is { } text)
            {
                texts.Add((text, item));
            }
        }

        return texts;
    }
}
