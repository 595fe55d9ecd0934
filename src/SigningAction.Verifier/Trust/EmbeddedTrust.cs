namespace SigningAction.Verifier.Trust;

/// <summary>The public-good trust that this program carries. <c>Trust/refresh</c> takes it, <c>ORIGIN.txt</c> says from where.</summary>
internal static class EmbeddedTrust
{
    /// <summary>The public-good TUF repository.</summary>
    public const string Repository = "https://tuf-repo-cdn.sigstore.dev";

    /// <summary>The TUF root that updates begin with.</summary>
    public static byte[] TufRoot() => Read("public-good.root.json");

    /// <summary>The trusted root for use without a network.</summary>
    public static byte[] TrustedRoot() => Read("public-good.trusted_root.json");

    /// <summary>One line of the record of its origin, for example <c>package</c>.</summary>
    public static string Origin(string name)
    {
        var line = System.Text.Encoding.UTF8.GetString(Read("ORIGIN.txt")).Split('\n').Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal));
        return line[(name.Length + 2)..];
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(EmbeddedTrust).Assembly.GetManifestResourceStream("trust/" + name)
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
