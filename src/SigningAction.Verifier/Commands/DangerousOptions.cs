using System.CommandLine;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Sources;

namespace SigningAction.Verifier.Commands;

/// <summary>The options that ask for less than is asked for by default. Each has the danger in its name, so that nobody overlooks it in a script.</summary>
internal sealed class DangerousOptions
{
    private readonly Option<bool> _contradiction = new("--dangerously-accept-contradiction")
    {
        Description = "Accept provenance that says something else than the certificate about what was built where. Only the certificate is proven then.",
    };

    private readonly Option<bool> _noLog = new("--dangerously-skip-transparency-log")
    {
        Description = "Accept signatures that no transparency log holds: a stolen key or token is then used without a trace.",
    };

    private readonly Option<bool> _noCertificateLog = new("--dangerously-skip-certificate-transparency")
    {
        Description = "Accept certificates that no certificate log has seen: an authority that is broken into can then sign as anybody.",
    };

    private readonly Option<string[]> _detached = new("--dangerously-accept-detached-sct")
    {
        Description = "A certificate log's answer (add-chain, JSON) that came beside the certificate instead of in it; several times.",
        HelpName = "FILE",
    };

    /// <summary>All of them, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [.. OfKeys, _noCertificateLog, _detached];

    /// <summary>Those that say something of a signature without a certificate too.</summary>
    public IReadOnlyList<Option> OfKeys => [_contradiction, _noLog];

    /// <summary>The policy with less asked.</summary>
    /// <exception cref="ProblemException">A usage error, or a file cannot be read.</exception>
    /// <exception cref="EvidenceException">A file is no answer of a certificate log.</exception>
    public VerificationPolicy Lower(ParseResult parsed, VerificationPolicy policy)
    {
        var (detached, skip) = (parsed.GetValue(_detached) ?? [], parsed.GetValue(_noCertificateLog));
        if (detached.Length > 0 && skip)
        {
            throw ProblemException.Usage($"Give either {_detached.Name} or {_noCertificateLog.Name}: what is skipped is not looked at.");
        }

        return detached.Any(string.IsNullOrEmpty)
            ? throw ProblemException.Usage($"An empty name is given for {_detached.Name}.")
            : policy with
            {
                DangerouslyAcceptContradiction = parsed.GetValue(_contradiction),
                DangerouslySkipTransparencyLog = parsed.GetValue(_noLog),
                DangerouslySkipCertificateTransparency = skip,
                DangerouslyAcceptDetachedScts = [.. detached.Select(SmallFile.ReadDetachedSct)],
            };
    }
}
