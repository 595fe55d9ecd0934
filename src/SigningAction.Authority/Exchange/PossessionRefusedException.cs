namespace SigningAction.Authority.Exchange;

/// <summary>A key, or the proof that the caller has it, is refused. The message is safe to show.</summary>
public sealed class PossessionRefusedException : Exception
{
    /// <summary>Refuses for <paramref name="refusal"/>, keeping for the log what the platform said.</summary>
    public PossessionRefusedException(PossessionRefusal refusal, Exception? inner = null)
        : base(PossessionRefusals.Sentence(refusal), inner) => Refusal = refusal;

    /// <summary>The reason, of a closed set.</summary>
    public PossessionRefusal Refusal { get; }

    /// <summary>What the caller can do, one plain sentence.</summary>
    public string Remedy => PossessionRefusals.Remedy(Refusal);
}
