using SigningAction.Evidence.Policy;

namespace SigningAction.Authority.Exchange;

/// <summary>A <see cref="ClaimMapping"/>, compiled once: claims of any issuer → pipeline identity.</summary>
internal sealed class MappedIdentity
{
    private const string Https = "https://";

    private readonly string _issuer;
    private readonly (ClaimReference Claim, string Value)[] _required;
    private readonly ClaimReference[] _forbidden;
    private readonly Dictionary<string, ClaimTemplate> _templates;

    private MappedIdentity(string issuer, (ClaimReference, string)[] required, ClaimReference[] forbidden, Dictionary<string, ClaimTemplate> templates) =>
        (_issuer, _required, _forbidden, _templates) = (issuer, required, forbidden, templates);

    /// <summary>Compiles a mapping, or says what is wrong with it: the option's name and a sentence each.</summary>
    public static MappedIdentity? Compile(string issuer, ClaimMapping mapping, ICollection<string> faults)
    {
        var before = faults.Count;
        var required = (mapping.Require ?? new Dictionary<string, string>()).Select(pair => (Reference("Require", pair.Key, faults), pair.Value)).ToArray();
        var forbidden = (mapping.Forbid ?? []).Select(name => Reference("Forbid", name, faults)).ToArray();
        if (required.Any(pair => string.IsNullOrEmpty(pair.Value)))
        {
            faults.Add("Require asks for a value that is not empty.");
        }

        var templates = new Dictionary<string, ClaimTemplate>(StringComparer.Ordinal);
        foreach (var (part, text) in Parts(mapping))
        {
            if (text is null)
            {
                continue;
            }

            if (!ClaimTemplate.TryParse(text, out var template, out var fault))
            {
                faults.Add($"{part} {fault}.");
            }
            else if (part.EndsWith("Uri", StringComparison.Ordinal) && !template.Prefix.StartsWith(Https, StringComparison.Ordinal))
            {
                faults.Add($"{part} begins with {Https}: a claim must not choose what kind of address it is.");
            }
            else
            {
                templates.Add(part, template);
            }
        }

        if (faults.Count == before)
        {
            CheckRequirements(templates, faults);
        }

        return faults.Count == before ? new MappedIdentity(issuer, required!, forbidden!, templates) : null;
    }

    /// <exception cref="TokenRefusedException">The token is no pipeline's, or a mapped claim is absent or unfit.</exception>
    public PipelineIdentity From(TokenClaims claims)
    {
        foreach (var (claim, value) in _required)
        {
            if (!string.Equals(claims.Find(claim with { IsOptional = true }), value, StringComparison.Ordinal))
            {
                throw new TokenRefusedException(TokenRefusal.NotAPipeline, $"The token's claim {claim} is not the one by which this issuer's pipelines are known.");
            }
        }

        foreach (var claim in _forbidden)
        {
            if (claims.Has(claim))
            {
                throw new TokenRefusedException(TokenRefusal.ClaimForbidden, $"The token has the claim {claim}, which this issuer's mapping does not allow.");
            }
        }

        return new PipelineIdentity
        {
            Issuer = _issuer,
            Subject = claims.Required("sub"),
            SignerUri = Fill(nameof(ClaimMapping.SignerUri)) ?? throw new InvalidOperationException("A mapping without the signer does not pass the configuration."),
            SignerDigest = Fill(nameof(ClaimMapping.SignerDigest)),
            RunnerEnvironment = Fill(nameof(ClaimMapping.RunnerEnvironment)),
            RepositoryUri = Fill(nameof(ClaimMapping.RepositoryUri)),
            SourceDigest = Fill(nameof(ClaimMapping.SourceDigest)),
            SourceRef = Fill(nameof(ClaimMapping.SourceRef)),
            RepositoryId = Fill(nameof(ClaimMapping.RepositoryId)),
            OwnerUri = Fill(nameof(ClaimMapping.OwnerUri)),
            OwnerId = Fill(nameof(ClaimMapping.OwnerId)),
            CallerUri = Fill(nameof(ClaimMapping.CallerUri)),
            CallerDigest = Fill(nameof(ClaimMapping.CallerDigest)),
            Event = Fill(nameof(ClaimMapping.Event)),
            RunUri = Fill(nameof(ClaimMapping.RunUri)),
            Visibility = Fill(nameof(ClaimMapping.Visibility)),
            Environment = Fill(nameof(ClaimMapping.Environment)),
        };

        string? Fill(string part) => _templates.TryGetValue(part, out var template) ? template.Fill(claims) : null;
    }

    /// <summary>What every allow rule asks for. An issuer whose tokens can never be allowed is better refused at start.</summary>
    private static void CheckRequirements(Dictionary<string, ClaimTemplate> templates, ICollection<string> faults)
    {
        foreach (var part in (string[])[nameof(ClaimMapping.SignerUri), nameof(ClaimMapping.SourceRef), nameof(ClaimMapping.Event)])
        {
            if (!templates.TryGetValue(part, out var template) || template.IsOptional)
            {
                faults.Add($"{part} is required, of claims that are in every token, because every allow rule asks for it.");
            }
        }

        if (!IsAlwaysThere(nameof(ClaimMapping.RepositoryId)) && !IsAlwaysThere(nameof(ClaimMapping.OwnerId)))
        {
            faults.Add($"{nameof(ClaimMapping.RepositoryId)} or {nameof(ClaimMapping.OwnerId)} is required, of claims that are in every token, because every allow rule asks for one of them.");
        }

        bool IsAlwaysThere(string part) => templates.TryGetValue(part, out var template) && !template.IsOptional;
    }

    private static ClaimReference? Reference(string option, string text, ICollection<string> faults)
    {
        if (ClaimReference.TryParse(text, out var reference) && !reference.IsOptional)
        {
            return reference;
        }

        faults.Add($"{option} names claims as templates do, without braces and question mark.");
        return null;
    }

    private static IEnumerable<(string Part, string? Template)> Parts(ClaimMapping mapping) =>
    [
        (nameof(mapping.SignerUri), mapping.SignerUri),
        (nameof(mapping.SignerDigest), mapping.SignerDigest),
        (nameof(mapping.RunnerEnvironment), mapping.RunnerEnvironment),
        (nameof(mapping.RepositoryUri), mapping.RepositoryUri),
        (nameof(mapping.SourceDigest), mapping.SourceDigest),
        (nameof(mapping.SourceRef), mapping.SourceRef),
        (nameof(mapping.RepositoryId), mapping.RepositoryId),
        (nameof(mapping.OwnerUri), mapping.OwnerUri),
        (nameof(mapping.OwnerId), mapping.OwnerId),
        (nameof(mapping.CallerUri), mapping.CallerUri),
        (nameof(mapping.CallerDigest), mapping.CallerDigest),
        (nameof(mapping.Event), mapping.Event),
        (nameof(mapping.RunUri), mapping.RunUri),
        (nameof(mapping.Visibility), mapping.Visibility),
        (nameof(mapping.Environment), mapping.Environment),
    ];
}
