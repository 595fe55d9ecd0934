using System.CommandLine;
using System.CommandLine.Parsing;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Network;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Sources.GitHub;
using SigningAction.Verifier.Sources.Oci;
using SigningAction.Verifier.Trust;

namespace SigningAction.Verifier.Commands;

/// <summary>The options of <c>verify</c>: names and meanings of <c>gh attestation verify</c> where it has them, and cosign's spellings beside them.</summary>
internal sealed class VerifyOptions
{
    private const string HostVariable = "GH_HOST";

    private readonly Argument<string[]> _targets;
    private readonly Option<string[]> _checksums = Several("--checksums", "FILE", "A file that sha256sum wrote: each digest in it is an artifact.");
    private readonly Option<string[]> _bundles = Several("--bundle", "FILE|DIR", "Sigstore bundles: a file of one or of one in each line, or a directory; - is standard input. Without it: beside the artifact, then on the network.", "-b");
    private readonly Option<bool> _fromOci = new("--bundle-from-oci") { Description = "Take an image's bundles from its registry, and not from GitHub." };
    private readonly Option<string?> _authority = Text("--authority", "URL", "A signing-authority that is asked for bundles where none lies at hand. Trusts nothing: see --trusted-root.");
    private readonly Option<bool> _offline = new("--offline") { Description = "Never ask the network." };
    private readonly Option<int> _limit = new("--limit", "-L") { Description = "The most bundles that are fetched of one artifact.", HelpName = "N", DefaultValueFactory = _ => SourceLimits.BundlesByDefault };
    private readonly Option<string?> _hostname = Text("--hostname", "HOST", "The GitHub that is meant. Default: GH_HOST, else github.com");
    private readonly Option<string> _digestAlgorithm = OptionValue.OneOf("--digest-alg", "By which digest GitHub is asked for bundles.", ["sha256", "sha512"], "-d");
    private readonly Option<bool> _noPublicGood = new("--no-public-good") { Description = "Refuse what was signed with the public-good instance of Sigstore, whatever the trusted root says." };
    private readonly TrustOptions _trust = new();
    private readonly PolicyOptions _policy = new();
    private readonly Option<string> _format = OptionValue.OneOf("--format", "How to answer.", Reports.Formats);
    private readonly SummaryOptions _summary = new();
    private readonly Option<string?> _jq = Text("--jq", "EXPRESSION", "Not here: pipe --format json into jq.", "-q");
    private readonly Option<string?> _template = Text("--template", "TEMPLATE", "Not here: pipe --format json into jq.", "-t");

    private readonly Surroundings _surroundings;

    public VerifyOptions(Surroundings surroundings)
        : this(surroundings, "artifact", "Files, - for standard input, directories, patterns (* ? **), sha256:DIGEST, oci://IMAGE@sha256:DIGEST or oci://IMAGE:TAG.")
    {
    }

    public VerifyOptions(Surroundings surroundings, string target, string description)
    {
        _surroundings = surroundings;
        _targets = new Argument<string[]>(target) { Description = description, Arity = ArgumentArity.ZeroOrMore };
        (_jq.Hidden, _template.Hidden) = (true, true);
        _targets.Validators.Add(RefuseOptions);
    }

    public void AddTo(Command command)
    {
        command.Arguments.Add(_targets);
        Option[] options =
        [
            _checksums, _bundles, _fromOci, _authority, _offline, _limit, _hostname, _digestAlgorithm, _noPublicGood, .. _policy.All, .. _summary.All, _format, _jq, _template,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        _trust.AddTo(command);
        command.Validators.Add(RequireSomething);
        command.Validators.Add(RequireOneInput);
    }

    public string Format(ParseResult parsed) => parsed.GetRequiredValue(_format);

    public IReadOnlyList<string> Targets(ParseResult parsed) => [.. parsed.GetValue(_targets) ?? [], .. parsed.GetValue(_checksums) ?? []];

    /// <summary>Which GitHub is meant; the environment says it to <c>gh</c> by the same name.</summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public GitHubHost Host(ParseResult parsed) =>
        OptionValue.Of(parsed, _hostname) is { } hostname ? GitHubHost.Parse(_hostname.Name, hostname)
        : _surroundings.NonEmpty(HostVariable) is { } host ? GitHubHost.Parse(HostVariable, host)
        : GitHubHost.Public;

    /// <summary>What is asked.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="repository">The source repository where no option names one; null for none.</param>
    /// <exception cref="ProblemException">A usage error.</exception>
    public VerifyRequest Read(ParseResult parsed, string? repository = null)
    {
        if ((parsed.GetValue(_jq) ?? parsed.GetValue(_template)) is not null)
        {
            throw ProblemException.Usage("--jq and --template are not here, because a filter must not decide what a verdict looks like: pipe --format json into jq.");
        }

        var host = Host(parsed);
        var (policy, acceptance) = _policy.Read(parsed, host, repository);
        var targets = Given(parsed, _targets.Name, parsed.GetValue(_targets));
        var checksums = Given(parsed, _checksums.Name, parsed.GetValue(_checksums));
        var offline = parsed.GetValue(_offline);
        return new VerifyRequest(
            targets,
            checksums,
            Bundles(parsed, policy, host),
            Trust(parsed, offline),
            policy,
            acceptance,
            _summary.Read(parsed, acceptance),
            offline);
    }

    private TrustChoice Trust(ParseResult parsed, bool offline)
    {
        var trust = _trust.Read(parsed, offline) with { NoPublicGood = parsed.GetValue(_noPublicGood) };
        return trust is { NoPublicGood: true, TrustedRootPath: null, IsPublicGood: true }
            ? throw ProblemException.Usage("--no-public-good leaves nobody to trust here, because only the public-good instance is built in: name --trusted-root or --tuf-url and --tuf-root.")
            : trust;
    }

    private BundleRequest Bundles(ParseResult parsed, VerificationPolicy policy, GitHubHost host)
    {
        var limit = parsed.GetValue(_limit);
        var paths = Given(parsed, _bundles.Name, parsed.GetValue(_bundles));
        var fromRegistry = parsed.GetValue(_fromOci);
        if (limit is < 1 or > SourceLimits.BundlesOfOne)
        {
            throw ProblemException.Usage($"--limit is a number from 1 to {SourceLimits.BundlesOfOne}.");
        }

        if (fromRegistry && (paths.Count > 0 || parsed.GetValue(_offline)))
        {
            throw ProblemException.Usage("--bundle-from-oci asks the network, so it stands neither beside --bundle nor beside --offline.");
        }

        if (fromRegistry && Targets(parsed).FirstOrDefault(target => !target.StartsWith(ImageReference.Scheme, StringComparison.Ordinal)) is { } file)
        {
            throw ProblemException.Usage($"--bundle-from-oci is for images ({ImageReference.Scheme}…), and {PrintableText.Exact(file)} is none.");
        }

        var authority = OptionValue.Of(parsed, _authority) is { } address ? Authority(address) : null;
        if (authority is not null && (paths.Count > 0 || fromRegistry || parsed.GetValue(_offline)))
        {
            throw ProblemException.Usage("--authority asks the network for bundles, so it stands beside none of --bundle, --bundle-from-oci and --offline.");
        }

        return new BundleRequest
        {
            Paths = paths,
            FromRegistry = fromRegistry,
            Authority = authority,
            Limit = limit,
            GitHub = (policy.Repository ?? policy.Owner) is null
                ? null
                : new GitHubQuery(host, policy.Repository, policy.Repository is null ? policy.Owner : null, parsed.GetValue(_digestAlgorithm)!, policy.PredicateType, limit),
        };
    }

    private static Uri Authority(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && WebRequest.IsAllowed(uri) && uri.Query.Length == 0 && uri.Fragment.Length == 0
            ? uri
            : throw ProblemException.Usage("--authority is an https URL (http only to this machine), without user name, query and fragment.");

    private static IReadOnlyList<string> Given(ParseResult parsed, string name, string[]? values) =>
        [.. (values ?? []).Select(value => value.Length > 0 ? value : throw ProblemException.Usage($"An empty name is given for {name}."))];

    private static Option<string?> Text(string name, string helpName, string description, params string[] aliases) => OptionValue.Text(name, helpName, description, aliases);

    private static Option<string[]> Several(string name, string helpName, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = helpName };

    private void RequireSomething(CommandResult result)
    {
        if (result.GetResult(_targets) is not { Tokens.Count: > 0 } && result.GetResult(_checksums) is not { Tokens.Count: > 0 })
        {
            result.AddError("Nothing is named that could be verified.");
        }
    }

    /// <summary>Standard input ends once: whoever read it second would find it empty.</summary>
    private static void RequireOneInput(CommandResult result)
    {
        if (result.Children.SelectMany(child => child.Tokens).Count(token => token.Value == InputFile.StandardInput) > 1)
        {
            result.AddError("'-' is standard input, which is read once: name files for the others.");
        }
    }

    /// <summary>A mistyped option must not read as one more artifact: what it asks for would be lost.</summary>
    private static void RefuseOptions(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-') && token.Value != InputFile.StandardInput))
        {
            result.AddError($"Unrecognized option '{token.Value}'; a file of that name is written ./{token.Value}.");
        }
    }
}
