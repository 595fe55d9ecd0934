using System.CommandLine;
using System.CommandLine.Parsing;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Policy;
using SigningAction.Verifier.Sources;

namespace SigningAction.Verifier.Commands;

/// <summary>The options of <c>verify</c>: names and meanings of <c>gh attestation verify</c> where it has them.</summary>
internal sealed class VerifyOptions
{
    private readonly Argument<string[]> _targets;
    private readonly Option<string[]> _bundles = new("--bundle", "-b")
    {
        Description = "A Sigstore bundle; may be given several times. Without it: ARTIFACT.sigstore.json and ARTIFACT.sigstore.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _trustedRoot = Text("--trusted-root", "FILE", "Whom to trust: the trusted root of the instance that signed. Required.");
    private readonly Option<string?> _repo = Text("--repo", "OWNER/NAME", "The source repository. Its own workflows must have signed, unless a signer is named.", "-R");
    private readonly Option<string?> _owner = Text("--owner", "OWNER", "The owner of the source repository, as --repo.", "-o");
    private readonly Option<string?> _workflow = Text("--signer-workflow", "OWNER/NAME/PATH", "The workflow file that signed, without its ref.");
    private readonly Option<string?> _identity = Text("--cert-identity", "TEXT", "The certificate's subject alternative name, exactly.");
    private readonly Option<string?> _identityRegex = Text("--cert-identity-regex", "REGEX", "A pattern that the whole subject alternative name must match.", "-i");
    private readonly Option<string?> _issuer = Text("--cert-oidc-issuer", "URL", $"The OIDC issuer, exactly. Default: {VerificationPolicy.GitHubIssuer}");
    private readonly Option<string?> _issuerRegex = Text("--cert-oidc-issuer-regex", "REGEX", "A pattern that the whole OIDC issuer must match.");
    private readonly Option<string?> _ref = Text("--source-ref", "REF", "The branch or tag of the source, for example refs/heads/main.");
    private readonly Option<string?> _digest = Text("--source-digest", "COMMIT", "The commit of the source.");
    private readonly Option<string?> _predicate = Text("--predicate-type", "URI", "The predicate type that the attestation must have. Default: any, and plain signatures.");
    private readonly Option<bool> _noSelfHosted = new("--deny-self-hosted-runners") { Description = "Refuse what was signed on a self-hosted runner." };
    private readonly Option<string?> _policy = Text("--policy", "FILE", "A verification policy: who may sign, how many of them, over what, how fresh.");
    private readonly SummaryOptions _summary = new();
    private readonly Option<bool> _offline = new("--offline") { Description = "Never ask the network." };
    private readonly Option<string> _format = new("--format") { Description = "How to answer.", HelpName = string.Join('|', Reports.Formats), DefaultValueFactory = _ => "text" };

    public VerifyOptions()
        : this("artifact", "Files to verify, or sha256: and a digest.")
    {
    }

    public VerifyOptions(string target, string description)
    {
        _targets = new Argument<string[]>(target) { Description = description, Arity = ArgumentArity.OneOrMore };
        _format.AcceptOnlyFromAmong([.. Reports.Formats]);
        _targets.Validators.Add(RefuseOptions);
    }

    public void AddTo(Command command)
    {
        command.Arguments.Add(_targets);
        Option[] options =
        [
            _bundles, _trustedRoot, _repo, _owner, _workflow, _identity, _identityRegex, _issuer, _issuerRegex, _ref, _digest, _predicate, _noSelfHosted, _policy, _offline, _format,
        ];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        _summary.AddTo(command);
    }

    public string Format(ParseResult parsed) => parsed.GetRequiredValue(_format);

    public IReadOnlyList<string> Targets(ParseResult parsed) => parsed.GetRequiredValue(_targets);

    /// <exception cref="ProblemException">A usage error.</exception>
    public VerifyRequest Read(ParseResult parsed)
    {
        string? Value(Option<string?> option) => parsed.GetValue(option) is { } value ? Printable(option.Name, value) : null;
        if (Value(_issuer) is not null && Value(_issuerRegex) is not null)
        {
            throw ProblemException.Usage("Give either --cert-oidc-issuer or --cert-oidc-issuer-regex.");
        }

        var acceptance = Value(_policy) is { } path ? AcceptancePolicyFile.Load(path) : null;
        var policy = new VerificationPolicy
        {
            // Each rule of a policy has an issuer of its own.
            Issuer = Value(_issuer) ?? (acceptance is null ? VerificationPolicy.GitHubIssuer : null),
            Signers = acceptance?.Policy.Signers,
            IssuerPattern = Pattern(_issuerRegex.Name, Value(_issuerRegex)),
            Identity = Value(_identity),
            IdentityPattern = Pattern(_identityRegex.Name, Value(_identityRegex)),
            Repository = GitHubNames.Repository(_repo.Name, Value(_repo)),
            Owner = GitHubNames.Owner(_owner.Name, Value(_owner)),
            SignerWorkflow = GitHubNames.Workflow(_workflow.Name, Value(_workflow)),
            SourceRef = Value(_ref),
            SourceDigest = Value(_digest),
            DenySelfHostedRunners = parsed.GetValue(_noSelfHosted),
            PredicateType = Value(_predicate),
        };
        if ((policy.Repository ?? policy.Owner ?? policy.Identity) is null && policy.IdentityPattern is null && acceptance is null)
        {
            throw ProblemException.Usage(policy.SignerWorkflow is null
                ? "No identity is given, so anybody's signature would do: name --repo, --owner, --cert-identity, --cert-identity-regex or --policy."
                : "--signer-workflow alone is not enough, because anybody can call a public workflow: name --repo or --owner too.");
        }

        var targets = Targets(parsed);
        return new VerifyRequest(
            targets.Count > 0 && targets.All(target => target.Length > 0) ? targets : throw ProblemException.Usage("An artifact's name is empty."),
            new BundleRequest { Paths = [.. (parsed.GetValue(_bundles) ?? []).Select(path => Printable(_bundles.Name, path))] },
            Value(_trustedRoot) ?? throw ProblemException.Usage("--trusted-root is missing: nobody is trusted by default."),
            policy,
            acceptance,
            _summary.Read(parsed, acceptance),
            parsed.GetValue(_offline));
    }

    /// <summary>A mistyped option must not read as one more artifact: what it asks for would be lost.</summary>
    private static void RefuseOptions(ArgumentResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-')))
        {
            result.AddError($"Unrecognized option '{token.Value}'; a file of that name is written ./{token.Value}.");
        }
    }

    private static Option<string?> Text(string name, string helpName, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = helpName };

    /// <summary>
    /// An empty value is an unset variable in a script, and must not read as "not asked". Control characters are refused because values are
    /// repeated in messages.
    /// </summary>
    private static string Printable(string option, string value) =>
        value.Length == 0 ? throw ProblemException.Usage($"{option} is given, but empty.")
        : value.Any(char.IsControl) ? throw ProblemException.Usage($"{option} has a control character: {PrintableText.Exact(value)}")
        : value;

    private static AnchoredPattern? Pattern(string option, string? pattern) =>
        pattern is null ? null
        : AnchoredPattern.TryCompile(pattern, out var compiled) ? compiled
        : throw ProblemException.Usage($"{option} is not a regular expression of up to {Limits.PatternCharacters} characters without look-around and back-references.");
}
