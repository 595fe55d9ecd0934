namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>A mutant by what the table of disagreements calls it.</summary>
/// <param name="Bundle">The kind of bundle, or the piece of DER in it.</param>
/// <param name="Field">The member of the JSON, with the member of the JSON inside it where there is one; or the place in the DER: the number of each value in the one around it.</param>
/// <param name="Change">What was done to it.</param>
/// <param name="Case">The mutant and what is asked about it.</param>
internal sealed record BrokenBundle(string Bundle, string Field, string Change, EvidenceCase Case)
{
    /// <summary>The mutant by its name, which is the field and then the change.</summary>
    public static BrokenBundle Of(string bundle, string name, EvidenceCase one)
    {
        var words = name.Split(' ');
        var field = words.TakeWhile(word => word.Length == 0 || word[0] is '$' or '/').ToArray();
        var change = words.Skip(field.Length).TakeWhile(word => word != "inside");
        return new BrokenBundle(bundle, field is [""] ? "/" : string.Join(' ', field), string.Join(' ', change), one with { Name = $"{bundle} | {name}" });
    }

    /// <summary>The change without the place of the byte.</summary>
    public string KindOfChange => Change.StartsWith("byte ", StringComparison.Ordinal) ? "byte flipped" : Change;

    /// <summary>A member of the bundle itself: none of the JSON that a member holds in base64, and no place in the DER.</summary>
    public bool IsPlainMember => Field[0] == '$' && !Field.Contains(' ', StringComparison.Ordinal);

    public override string ToString() => $"{Bundle} | {Field} | {Change}";
}
