using SigningAction.Agent.Publishing;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>The commands with which a consumer verifies what was signed, in full and quoted: for the first subject that is a file, else for the first digest.</summary>
internal static class VerifyCommands
{
    /// <summary>Name of the trusted root in the commands, as an authority serves it.</summary>
    private const string TrustedRoot = "trusted_root.json";

    /// <summary>The same of GitHub's instance: <c>gh</c> prints it beside that of the public one.</summary>
    private const string TrustedRoots = "trusted_root.jsonl";

    /// <summary>For each program that can verify the bundle one; it names the bundle only where the program has no way to find it by the artifact.</summary>
    public static IReadOnlyList<VerifyCommand> Of(SigningReport report, Func<string, string> place)
    {
        var bundle = report.Bundles[0];
        var subject = bundle.Subjects.FirstOrDefault(s => s.Path is not null) ?? bundle.Subjects[0];
        var image = subject.Path is null && IsAttached(report, bundle, subject) ? ShellQuote.Of($"oci://{subject.Name}@{subject.Digest}") : null;
        var target = image
            ?? (subject.Path is null && subject.Digest.Algorithm == "sha256" ? subject.Digest.ToString() : ShellQuote.OfFile(subject.Name));
        var path = bundle.Paths[0];
        var isLines = path.EndsWith(".jsonl", StringComparison.Ordinal);
        var given = $" --bundle {ShellQuote.OfFile(Path.GetFileName(place(path)))}";
        var signer = $" --cert-identity {ShellQuote.Of(report.Identity)} --cert-oidc-issuer {ShellQuote.Of(report.Issuer)}";
        var signerOfCosign = $" --certificate-identity {ShellQuote.Of(report.Identity)} --certificate-oidc-issuer {ShellQuote.Of(report.Issuer)}";
        var isPrivate = report.Authority == GitHubInstance.Name;
        var root = report.Authority == PublicGood.Name ? "" : $" --trusted-root {(isPrivate ? TrustedRoots : TrustedRoot)}";
        var host = isPrivate ? Host(report) : "";
        var fetch = isPrivate ? $"gh attestation trusted-root{host} > {TrustedRoots}\n"
            : IsUrl(report) ? $"curl -fsSO {ShellQuote.Of(report.Authority!.TrimEnd('/') + "/" + TrustedRoot)}\n"
            : "";
        var repository = report.RepositoryUri is { } uri ? Repository(uri) : null;
        var atGitHub = bundle.AttestationUrl is not null && repository is not null ? $" --repo {ShellQuote.Of(repository)}" : null;
        var found = image is not null ? "" : report.Shelf is { } shelf ? $" --authority {ShellQuote.Of(shelf)}" : atGitHub;
        var commands = new List<VerifyCommand> { new($"{fetch}signing-verifier verify {target}{found ?? given}{root}{signer}", found is null) };
        if (subject.Digest.Algorithm == "sha256" && bundle.PredicateType is { } type)
        {
            if (repository is not null && (subject.Path is not null || image is not null))
            {
                var asked = atGitHub ?? $"{given} --repo {ShellQuote.Of(repository)}";
                commands.Add(new(
                    $"gh attestation verify {target}{asked} --predicate-type {ShellQuote.Of(type)}{signer}{host}{(root.Length > 0 && !isPrivate ? $" --custom-trusted-root {TrustedRoot}" : "")}", atGitHub is null));
            }

            // cosign could only with its checks of both logs switched off, which nobody is told to do.
            if (!isLines && !isPrivate && subject.Path is not null)
            {
                commands.Add(new($"cosign verify-blob-attestation {target}{given} --type {ShellQuote.Of(type)}{signerOfCosign} --use-signed-timestamps{root}", true));
            }
        }
        else if (bundle.PredicateType is null && !isPrivate && subject.Path is not null)
        {
            commands.Add(new($"cosign verify-blob {target}{given}{signerOfCosign} --use-signed-timestamps{root}", true));
        }

        return commands;
    }

    /// <summary>Whether the bundle hangs on the image in its registry, where verifiers look.</summary>
    private static bool IsAttached(SigningReport report, SignedBundle bundle, SigningSubject image) =>
        report.Publications.Any(p => p.State != PublicationState.Failed && p.Target == $"{image.Name}@{image.Digest}" && p.BundleDigest == Sha256Digest.Of(bundle.Json.Span));

    private static bool IsUrl(SigningReport report) => report.Authority?.StartsWith("http", StringComparison.Ordinal) == true;

    /// <summary>A tenant of GHE.com has a trusted root and an API of its own, and <c>gh</c> is told which.</summary>
    private static string Host(SigningReport report) =>
        Uri.TryCreate(report.RepositoryUri, UriKind.Absolute, out var uri) && uri.Host != "github.com" ? $" --hostname {ShellQuote.Of(uri.Host)}" : "";

    /// <summary><c>OWNER/NAME</c> of <c>https://HOST/OWNER/NAME</c>.</summary>
    private static string? Repository(string uri) =>
        Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.AbsolutePath.Trim('/') is { Length: > 2 } path && path.Count(c => c == '/') == 1 ? path : null;
}
