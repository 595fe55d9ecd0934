using System.Text;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy;

/// <summary>What one version of a policy says to one identity, with its reasons. Only <see cref="SigningPolicy.Decide"/> makes one.</summary>
public sealed class PolicyDecision
{
    private readonly PipelineIdentity _identity;

    internal PolicyDecision(Sha256Digest policyVersion, PipelineIdentity identity, PolicyReason reason, PolicyRule? rule, MissedCondition? missed)
    {
        PolicyVersion = policyVersion;
        _identity = identity;
        Reason = reason;
        Rule = rule;
        Missed = missed;
    }

    /// <summary>SHA-256 of the policy file that decided.</summary>
    public Sha256Digest PolicyVersion { get; }

    /// <summary>Why.</summary>
    public PolicyReason Reason { get; }

    /// <summary>True only for <see cref="PolicyReason.Allowed"/>.</summary>
    public bool IsAllowed => Reason == PolicyReason.Allowed;

    /// <summary>The rule that allowed or denied; in any other refusal the allow rule that came closest, null when there is none.</summary>
    public PolicyRule? Rule { get; }

    /// <summary>The first condition of <see cref="Rule"/> that was not met; null unless <see cref="Rule"/> is the closest one of a refusal.</summary>
    public MissedCondition? Missed { get; }

    /// <summary>Two sentences for the audit and for administrators: what was decided by which line, and what to do.</summary>
    public string Explain() => $"{Sentence()} {PolicyReasons.Remedy(Reason)}";

    /// <summary>
    /// The same for the pipeline that asked. A stranger's pipeline, one whose ids no rule has, learns nothing of what the policy says
    /// about other repositories.
    /// </summary>
    public string ExplainToCaller()
    {
        var isStranger = Reason is PolicyReason.IssuerNotAllowed or PolicyReason.RepositoryNotAllowed or PolicyReason.OwnerChanged or PolicyReason.NameReused
            || Missed?.Claim is PipelineClaim.Issuer or PipelineClaim.RepositoryId or PipelineClaim.OwnerId;
        return $"{(isStranger ? $"No rule of the signing policy is for {Who()}." : Sentence())} {PolicyReasons.Remedy(Reason)}";
    }

    /// <inheritdoc/>
    public override string ToString() => $"{PolicyReasons.Text(Reason)}: {Sentence()}";

    /// <summary>What was decided by which line, without a remedy.</summary>
    internal string Sentence() => Reason switch
    {
        PolicyReason.Allowed => $"Rule {Named()} allows {Who()}.",
        PolicyReason.DeniedByRule => $"Rule {Named()} denies {Who()}.",
        PolicyReason.NoRules => "The signing policy allows nothing.",
        PolicyReason.IdsMissing => $"The identity of {Who()} has neither a repository id nor an owner id.",
        _ => $"No rule allows {Who()}; {Named()} came closest: {Missed}.",
    };

    private string Named() => Rule is null ? "none"
        : Rule.Line > 0 ? $"'{PrintableText.Exact(Rule.Name)}' (line {Rule.Line})"
        : $"'{PrintableText.Exact(Rule.Name)}'";

    private string Who()
    {
        var who = new StringBuilder(PrintableText.Exact(_identity.RepositoryUri ?? _identity.SignerUri));
        if (!string.IsNullOrEmpty(_identity.RepositoryId))
        {
            _ = who.Append(" (repository id ").Append(PrintableText.Exact(_identity.RepositoryId)).Append(')');
        }

        return who.ToString();
    }
}
