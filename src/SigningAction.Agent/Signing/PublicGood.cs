using SigningAction.Agent.Pipelines;
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

    /// <summary>Whether these services are its own, by name or by address.</summary>
    public static bool IsMeant(string? authority, SigningServices services) =>
        authority == Name || services.Logs.Candidates.Append(services.CertificateAuthority).Any(service => service.Uri.Host == Operator || service.Uri.Host.EndsWith("." + Operator, StringComparison.Ordinal));

    /// <summary>What the pages of entries begin with, where the log is the one that they show; null elsewhere.</summary>
    public static Uri? EntryPages(SigningServices services) => services.LogVersion == 1 && services.Logs.Candidates is [var log, ..] && log.Uri.Host == "rekor." + Operator
        ? new Uri("https://search.sigstore.dev/?logIndex=")
        : null;

    /// <summary>Refuses the token of a private or internal repository: its name, its workflow's and its digests would be in a public log for ever, which nobody can take back.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.PrivateRepository"/>.</exception>
    public static void RequirePublic(IdentityToken token)
    {
        if (token.RepositoryVisibility is "private" or "internal")
        {
            throw new AgentException(
                AgentFault.PrivateRepository,
                $"This repository is {token.RepositoryVisibility}, and Sigstore's public instance (public-good) writes its name, its workflow's and every digest into public logs, where they stay for ever. "
                + $"Nothing was sent there. Give authority 'github' or the URL of an authority of your own; if all of that may be public, set {AllowPrivate} to true.");
        }
    }

    /// <summary>Name of the input, and after <c>--</c> of the option, that allows it all the same.</summary>
    public const string AllowPrivate = "dangerously-publish-private-repository";

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
