using System.CommandLine;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Signing;

namespace SigningAction.Agent.Commands;

/// <summary>The options that both verbs have.</summary>
internal sealed class SigningOptions
{
    public Argument<string[]> Paths { get; } = new("PATH")
    {
        Description = "File, directory (all below it) or glob (*, ?, [a-z], **); after '!' what is left out. A glob that matches nothing is an error.",
        Arity = ArgumentArity.ZeroOrMore,
        Validators =
        {
            // The parser would take an option that it does not know for a path.
            result =>
            {
                foreach (var token in result.Tokens.Where(t => t.Value.StartsWith('-')))
                {
                    result.AddError($"There is no option '{token.Value}'. If a file is called so, write './{token.Value}'.");
                }
            },
        },
    };

    public Option<string> SigningConfig { get; } = new("--signing-config") { Description = "Signing config (v0.2): the services to use.", HelpName = "FILE" };

    public Option<string> TrustedRoot { get; } = new("--trusted-root") { Description = "Trusted root: whom to believe. With --authority it takes the place of the one that the authority serves. With --authority github what 'gh attestation trusted-root' prints.", HelpName = "FILE" };

    public Option<string> TufUrl { get; } = new("--tuf-url") { Description = "Take the trusted root from this TUF repository; beside --tuf-root.", HelpName = "URL" };

    public Option<string> TufRoot { get; } = new("--tuf-root") { Description = "The first root.json of the TUF repository, got by a way that you trust. With --authority github it is enough alone.", HelpName = "FILE" };

    public Option<string> Authority { get; } = new("--authority")
    {
        Description = "Authority to fetch signing config and trusted root from: https, or http on this machine; or public-good, Sigstore's public instance; "
            + "or github, GitHub's own for private repositories, beside --trusted-root or --tuf-root.",
        HelpName = "URL|public-good|github",
    };

    public Option<bool> PublishPrivateRepository { get; } = new("--" + PublicGood.AllowPrivate)
    {
        Description = "Sign with Sigstore's public instance although the token says that the repository is private or internal: its name, its workflow's and every digest become public, for ever.",
    };

    public Option<string> IdentityToken { get; } = new("--identity-token")
    {
        Description = "OIDC token, or the path of a file that holds it. Other processes can read a command line: prefer the file, or the variable SIGSTORE_ID_TOKEN. "
            + "Not needed in GitHub Actions.",
        HelpName = "FILE|TOKEN",
    };

    public Option<string> Audience { get; } = new("--audience")
    {
        Description = "Audience that the pipeline's token is asked for; the authority's configuration says which one it takes.",
        HelpName = "NAME",
        DefaultValueFactory = _ => TokenSource.DefaultAudience,
    };

    public Option<string> Bundle { get; } = new("--bundle") { Description = "Where the bundle is written; else NAME.sigstore.json beside each file.", HelpName = "FILE" };

    public Option<string> BundleDirectory { get; } = new("--bundle-dir") { Description = "Directory that the bundles are written to; it is made where it is missing.", HelpName = "DIRECTORY" };

    public Option<string> Wait { get; } = new("--wait")
    {
        Description = "How long the run goes on trying when services are down or slow, over all of them: a number with s, m or h, at most 6h.",
        HelpName = "DURATION",
        DefaultValueFactory = _ => "10m",
        Validators =
        {
            result =>
            {
                var given = result.Tokens is [var token] ? token.Value : "10m";
                if (!Duration.TryParse(given, out _))
                {
                    result.AddError(Duration.Sentence("--wait", given));
                }
            },
        },
    };

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Find and hash the subjects, read the predicate and the services, and say what would be signed: no token, no signature, no file. Services that are down are waited for 5 s." };

    public Option<bool> Verify { get; } = new("--verify") { Description = "Afterwards read the bundles back and hash the files again, as whoever gets them will." };

    public Option<string> Format { get; } = new Option<string>("--format") { Description = "What is printed on standard output.", DefaultValueFactory = _ => "text" }
        .AcceptOnlyFromAmong("text", "json");

    public void AddTo(Command command)
    {
        command.Arguments.Add(Paths);
        foreach (var option in new Option[] { SigningConfig, TrustedRoot, TufUrl, TufRoot, Authority, PublishPrivateRepository, IdentityToken, Audience, Bundle, BundleDirectory, Wait, DryRun, Verify, Format })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What both verbs ask for.</summary>
    public SigningRequest Read(ParseResult result, bool attest) => new()
    {
        Paths = result.GetValue(Paths) ?? [],
        Attest = attest,
        Sign = !attest,
        SigningConfig = result.GetValue(SigningConfig),
        TrustedRoot = result.GetValue(TrustedRoot),
        TufUrl = result.GetValue(TufUrl),
        TufRoot = result.GetValue(TufRoot),
        Authority = result.GetValue(Authority),
        PublishPrivateRepository = result.GetValue(PublishPrivateRepository),
        IdentityToken = result.GetValue(IdentityToken),
        Audience = result.GetRequiredValue(Audience),
        Bundle = result.GetValue(Bundle),
        BundleDirectory = result.GetValue(BundleDirectory),
        Wait = Duration.TryParse(result.GetRequiredValue(Wait), out var wait) ? wait : TimeSpan.Zero,
        DryRun = result.GetValue(DryRun),
        ReadBack = result.GetValue(Verify),
        Json = result.GetValue(Format) == "json",
    };
}
