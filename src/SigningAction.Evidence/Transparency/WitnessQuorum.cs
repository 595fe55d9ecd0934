namespace SigningAction.Evidence.Transparency;

/// <summary>Who must have cosigned: one witness, or so many members of a group.</summary>
internal abstract record WitnessQuorum
{
    /// <summary>Whether these witnesses, by their names, are enough.</summary>
    public abstract bool IsMetBy(IReadOnlySet<string> witnesses);

    /// <summary>One witness.</summary>
    public sealed record Witness(string Name) : WitnessQuorum
    {
        public override bool IsMetBy(IReadOnlySet<string> witnesses) => witnesses.Contains(Name);
    }

    /// <summary>A group, of which at least so many must agree.</summary>
    public sealed record Group(int Threshold, IReadOnlyList<WitnessQuorum> Members) : WitnessQuorum
    {
        public override bool IsMetBy(IReadOnlySet<string> witnesses) => Members.Count(member => member.IsMetBy(witnesses)) >= Threshold;
    }
}
