namespace SigningAction.Agent.Commands;

/// <summary>Several bundles in one file: JSON Lines. A bundle is written on one line already.</summary>
internal static class BundleLines
{
    /// <summary>One bundle as it is; several with a line feed after each.</summary>
    public static ReadOnlyMemory<byte> Join(IReadOnlyList<ReadOnlyMemory<byte>> bundles)
    {
        if (bundles is [var only])
        {
            return only;
        }

        var lines = new byte[bundles.Sum(bundle => bundle.Length + 1)];
        var at = 0;
        foreach (var bundle in bundles)
        {
            bundle.Span.CopyTo(lines.AsSpan(at));
            at += bundle.Length + 1;
            lines[at - 1] = (byte)'\n';
        }

        return lines;
    }
}
