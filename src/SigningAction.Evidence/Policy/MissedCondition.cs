using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy;

/// <summary>A condition that an identity did not meet.</summary>
/// <param name="Condition">What was asked.</param>
/// <param name="Value">What the identity says, raw; null when it says nothing. Show it only through <see cref="PrintableText"/>.</param>
public sealed record MissedCondition(Condition Condition, string? Value)
{
    /// <summary>The claim that was asked about.</summary>
    public PipelineClaim Claim => Condition.Claim;

    /// <summary>One clause, fit for a message: what is asked and what the pipeline has.</summary>
    public override string ToString()
    {
        var has = Value is null ? "the pipeline has none" : $"the pipeline has '{PrintableText.Exact(Value)}'";
        return $"{PipelineClaims.Name(Claim)} must be {Condition.Asked}, {has}";
    }

    /// <summary>
    /// A job that runs a file of another repository has no <c>workflow</c>, and the other way round: then the message shows the file
    /// that did run.
    /// </summary>
    internal static MissedCondition Of(Condition condition, ClaimValues values)
    {
        var value = values[condition.Claim].Value ?? condition.Claim switch
        {
            PipelineClaim.Workflow or PipelineClaim.ReusableWorkflow => values.Identity.SignerUri,
            PipelineClaim.CallerWorkflow => values.Identity.CallerUri,
            _ => null,
        };
        return new MissedCondition(condition, string.IsNullOrEmpty(value) ? null : value);
    }
}
