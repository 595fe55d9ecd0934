using System.CommandLine;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Network;

namespace SigningAction.Verifier.Trust;

/// <summary>The options that say whom to trust, the same in every command; names of <c>gh attestation</c>.</summary>
internal sealed class TrustOptions
{
    private readonly Option<string?> _trustedRoot = new("--trusted-root", "--custom-trusted-root")
    {
        Description = "Whom to trust: a trusted root file, JSON or JSON Lines. Without it: the public-good instance of Sigstore.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _url = new("--tuf-url")
    {
        Description = "Take the trusted root from this TUF repository, or from this mirror of the public-good one.",
        HelpName = "URL",
    };

    private readonly Option<string?> _root = new("--tuf-root")
    {
        Description = "The first root.json of the TUF repository, got by a way that you trust.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _acceptExpired = new("--accept-expired-trust")
    {
        Description = "Use cached trust that has expired: newer trust may exist that takes keys back.",
    };

    public void AddTo(Command command)
    {
        Option[] options = [_trustedRoot, _url, _root, _acceptExpired];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="ProblemException">A usage error.</exception>
    public TrustChoice Read(ParseResult parsed, bool offline)
    {
        var (file, url, root) = (Value(parsed, _trustedRoot), Value(parsed, _url), Value(parsed, _root));
        if (file is not null && (url ?? root) is not null)
        {
            throw ProblemException.Usage("Give either --trusted-root or a TUF repository, not both.");
        }

        return new TrustChoice
        {
            TrustedRootPath = file,
            TufUrl = url is null ? null : Address(url),
            TufRootPath = root,
            Offline = offline,
            AcceptExpired = parsed.GetValue(_acceptExpired),
        };
    }

    private static Uri Address(string url) =>
        Uri.TryCreate(url.EndsWith('/') ? url : url + "/", UriKind.Absolute, out var address)
        && (WebRequest.IsAllowed(address) || (address.IsFile && !address.IsUnc))
        && address.Query.Length == 0 && address.Fragment.Length == 0
            ? address
            : throw ProblemException.Usage($"--tuf-url is no https URL, nor file:/// and a folder: {PrintableText.Exact(url)}");

    /// <summary>An empty value is an unset variable in a script, and must not read as "not asked".</summary>
    private static string? Value(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is not { } value ? null
        : value.Length > 0 && !value.Any(char.IsControl) ? value
        : throw ProblemException.Usage($"{option.Name} is given, but empty or with a control character.");
}
