using SigningAction.Agent.Signing;
using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>The commands with which a consumer verifies what was signed, in full and quoted: for the first subject that is a file, else for the first digest.</summary>
internal static class VerifyCommands
{
    /// <summary>Name of the trusted root in the commands, as an authority serves it.</summary>
    private const string TrustedRoot = "trusted_root.json";

    /// <summary>The same of GitHub's instance: <c>gh</c> prints it beside that of the public one.</summary>
    private const string TrustedRoots = "trusted_root.jsonl";

    /// <summary>Each with the program that it is for. Programs that could not verify the bundle are left out.</summary>
    public static IReadOnlyList<(string Program, string Command)> Of(SigningReport report, Func<string, string> place)
    {
        var bundle = report.Bundles[0];
        var subject = bundle.Subjects.FirstOrDefault(s => s.Path is not null) ?? bundle.Subjects[0];
        var target = subject.Path is not null ? ShellQuote.OfFile(subject.Name)
            : subject.Digest.Algorithm == "sha256" ? subject.Digest.ToString()
            : ShellQuote.OfFile(subject.Name);
        var path = bundle.Paths[0];
        var isLines = path.EndsWith(".jsonl", StringComparison.Ordinal);
        var name = ShellQuote.OfFile(Path.GetFileName(place(path)));
        var identity = $"{ShellQuote.Of(report.Identity)}";
        var issuer = ShellQuote.Of(report.Issuer);
        var isPrivate = report.Authority == GitHubInstance.Name;
        var root = report.Authority == PublicGood.Name ? "" : $" --trusted-root {(isPrivate ? TrustedRoots : TrustedRoot)}";
        var host = isPrivate ? Host(report) : "";
        var fetch = isPrivate ? $"gh attestation trusted-root{host} > {TrustedRoots}\n"
            : IsUrl(report) ? $"curl -fsSO {ShellQuote.Of(report.Authority!.TrimEnd('/') + "/" + TrustedRoot)}\n"
            : "";
        var commands = new List<(string, string)>
        {
            ("signing-verifier", $"{fetch}signing-verifier verify {target} --bundle {name}{root} --cert-identity {identity} --cert-oidc-issuer {issuer}"),
        };
        if (subject.Digest.Algorithm == "sha256" && bundle.PredicateType is { } type)
        {
            if (report.RepositoryUri is { } uri && Repository(uri) is { } repository && subject.Path is not null)
            {
                commands.Add(
                    ("gh", $"gh attestation verify {target} --bundle {name} --repo {ShellQuote.Of(repository)} --predicate-type {ShellQuote.Of(type)} --cert-identity {identity} --cert-oidc-issuer {issuer}{host}{(root.Length > 0 && !isPrivate ? $" --custom-trusted-root {TrustedRoot}" : "")}"));
            }

            // cosign could only with its checks of both logs switched off, which nobody is told to do.
            if (!isLines && !isPrivate && subject.Path is not null)
            {
                commands.Add(
                    ("cosign", $"cosign verify-blob-attestation {target} --bundle {name} --type {ShellQuote.Of(type)} --certificate-identity {identity} --certificate-oidc-issuer {issuer} --use-signed-timestamps{root}"));
            }
        }
        else if (bundle.PredicateType is null && !isPrivate && subject.Path is not null)
        {
            commands.Add(
                ("cosign", $"cosign verify-blob {target} --bundle {name} --certificate-identity {identity} --certificate-oidc-issuer {issuer} --use-signed-timestamps{root}"));
        }

        return commands;
    }

    private static bool IsUrl(SigningReport report) => report.Authority?.StartsWith("http", StringComparison.Ordinal) == true;

    /// <summary>A tenant of GHE.com has a trusted root and an API of its own, and <c>gh</c> is told which.</summary>
    private static string Host(SigningReport report) =>
        Uri.TryCreate(report.RepositoryUri, UriKind.Absolute, out var uri) && uri.Host != "github.com" ? $" --hostname {ShellQuote.Of(uri.Host)}" : "";

    /// <summary><c>OWNER/NAME</c> of <c>https://HOST/OWNER/NAME</c>.</summary>
    private static string? Repository(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.AbsolutePath.Trim('/') is { Length: > 2 } path && path.Count(c => c == '/') == 1 ? path : null;
}
