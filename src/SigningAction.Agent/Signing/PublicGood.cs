using SigningAction.Evidence.Trust;

namespace SigningAction.Agent.Signing;

/// <summary>
/// Sigstore's public instance. Its trusted root is built in, the same file that the verifier carries; the addresses are those that the root names. What is signed there becomes public.
/// </summary>
public static class PublicGood
{
    /// <summary>How a request names it in the place of an authority's URL.</summary>
    public const string Name = "public-good";

    private const string Operator = "sigstore.dev";

    /// <summary>Whom to believe.</summary>
    public static TrustedRoot Root()
    {
        using var stream = typeof(PublicGood).Assembly.GetManifestResourceStream("trust/public-good.trusted_root.json")
            ?? throw new InvalidOperationException("The program was built without the public-good trusted root.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return TrustedRoot.Parse(bytes);
    }

    /// <summary>
    /// The services to use. The log is the one of API version 1, which stays at its address: shards of version 2 are closed after their year, and a program cannot know
    /// which one is open without asking. A timestamp is made all the same, because the time that this log promises is only its word.
    /// </summary>
    public static SigningConfig Services()
    {
        var always = new Validity(DateTimeOffset.UnixEpoch);
        return SigningConfig.Create(
            new SigningService("https://fulcio.sigstore.dev", 1, always, Operator),
            new SigningService("https://rekor.sigstore.dev", 1, always, Operator),
            new SigningService("https://timestamp.sigstore.dev/api/v1/timestamp", 1, always, Operator));
    }
}
