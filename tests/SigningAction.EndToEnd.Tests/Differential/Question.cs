using System.Text.Json.Nodes;

namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>The same question in the words of each verifier; null where it has none for it.</summary>
internal static class Question
{
    private const string Fulcio = "1.3.6.1.4.1.57264.1.";

    /// <summary>The options of <c>signing-verifier verify</c>.</summary>
    public static IReadOnlyList<string> Ours(EvidenceCase one, string bundle) =>
    [
        "verify", one.Digest is null ? one.Artifact : $"sha256:{one.Digest}", "--bundle", bundle, "--trusted-root", one.Root,
        .. one.Options.Count > 0 ? one.Options.SelectMany(option => option.Value.Length > 0 ? new[] { option.Name, option.Value } : [option.Name])
            : one.Key is null ? ["--cert-identity", one.Identity, "--cert-oidc-issuer", one.Issuer, "--dangerously-accept-contradiction"]
            : new[] { "--key", one.Key, "--dangerously-accept-contradiction" },
    ];

    /// <summary>The command line of cosign, without the bundle.</summary>
    public static IReadOnlyList<string>? Cosign(EvidenceCase one)
    {
        string[]? Option(string name, string value) => name switch
        {
            "--repo" => ["--certificate-github-workflow-repository", value],
            "--source-ref" => ["--certificate-github-workflow-ref", value],
            "--source-digest" => ["--certificate-github-workflow-sha", value],
            "--event" => ["--certificate-github-workflow-trigger", value],
            "--predicate-type" or "--owner" or "--signer-workflow" => [],
            _ => null,
        };
        return Signer(one, Option, "--certificate-identity", "--certificate-identity-regexp", "--certificate-oidc-issuer", "--key") is not { } signer ? null
            :
            [
                one.PredicateType is null ? "verify-blob" : "verify-blob-attestation", "--trusted-root", one.Root, .. signer,
                .. one.PredicateType is { } type ? new[] { "--type", Value(one, "--predicate-type") ?? type } : [],
                .. one.Stamped ? new[] { "--use-signed-timestamps" } : [],
                .. one.Logged ? Array.Empty<string>() : ["--insecure-ignore-tlog"],
                .. one.Promised ? Array.Empty<string>() : ["--insecure-ignore-sct"],
                .. one.Digest is { } digest ? ["--digest", digest, "--digestAlg", "sha256"] : new[] { one.Artifact },
            ];
    }

    /// <summary>The command line of sigstore-go's own command, without the bundle. It knows a signer by name alone.</summary>
    public static IReadOnlyList<string>? SigstoreGo(EvidenceCase one) =>
        Signer(one, (name, _) => name is "--repo" or "--owner" or "--signer-workflow" ? [] : null, "-expectedSAN", "-expectedSANRegex", "-expectedIssuer", "-publicKey") is not { } signer ? null
            :
            [
                .. one.Digest is { } digest ? new[] { "-artifact-digest", digest } : ["-artifact", one.Artifact], "-trustedrootJSONpath", one.Root, .. signer,
                .. one.Logged ? Array.Empty<string>() : ["-requireTlog=false"],
                .. one.Promised && one.Key is null ? Array.Empty<string>() : ["-requireCTlog=false"],
            ];

    /// <summary>A line of what <c>peers/verify-many.mjs</c> reads: the library takes any extension of the certificate and thresholds.</summary>
    public static JsonObject? JavaScript(EvidenceCase one)
    {
        var (extensions, logs) = (new JsonObject(), one.Logged ? 1 : 0);
        foreach (var (name, value) in one.Options.SelectMany(option => option.Name == "--policy" ? Rules(option.Value) : [option]))
        {
            switch (name)
            {
                case "--repo":
                    extensions[Fulcio + "12"] = $"https://github.com/{value}";
                    break;
                case "--owner":
                    extensions[Fulcio + "16"] = $"https://github.com/{value}";
                    break;
                case "logs":
                    logs = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
                    break;
                case "--signer-workflow":
                    break;
                default:
                    var number = name switch
                    {
                        "--signer-digest" => 10,
                        "--deny-self-hosted-runners" => 11,
                        "--source-digest" => 13,
                        "--source-ref" => 14,
                        "--repo-id" or "repository_id" => 15,
                        "--event" => 20,
                        "--environment" => 23,
                        _ => 0,
                    };
                    if (number == 0)
                    {
                        return null;
                    }

                    extensions[$"{Fulcio}{number}"] = number == 11 ? "github-hosted" : value;
                    break;
            }
        }

        return new JsonObject
        {
            ["artifact"] = one.Artifact,
            ["digest"] = one.Digest,
            ["root"] = one.Root,
            ["identity"] = Pattern(one) ?? $"^{Literal(one.Identity)}$",
            ["issuer"] = one.Issuer,
            ["key"] = one.Key,
            ["extensions"] = extensions,
            ["logs"] = logs,
            ["promises"] = one.Promised && one.Key is null ? 1 : 0,
        };
    }

    /// <summary>What a policy says that can be asked of another; what cannot comes back under a name that nobody knows. A signer's rule is one question for the repository that all of them name.</summary>
    private static IEnumerable<(string Name, string Value)> Rules(string policy)
    {
        var lines = File.ReadAllLines(policy).Select(line => line.Trim().Split(": ", 2)).ToArray();
        return lines.Where(line => line[0] is "repository_id" or "logs" or "max_age" or "require:").Select(line => (line[0], line[^1])).Distinct();
    }

    private static string[]? Signer(EvidenceCase one, Func<string, string, string[]?> option, string identity, string pattern, string issuer, string key)
    {
        if (one.Key is not null)
        {
            return [key, one.Key];
        }

        var asked = one.Options.Select(wanted => option(wanted.Name, wanted.Value)).ToArray();
        return asked.Any(words => words is null) ? null
            : [.. Pattern(one) is { } expression ? new[] { pattern, expression } : [identity, one.Identity], issuer, one.Issuer, .. asked.SelectMany(words => words!)];
    }

    /// <summary>Whom the options name, as an expression over the certificate's name; a reusable workflow would lie elsewhere, but no case has one.</summary>
    private static string? Pattern(EvidenceCase one) => one.Options.Count == 0 ? null
        : Value(one, "--signer-workflow") is { } workflow ? $"^https://github\\.com/{Literal(workflow)}@"
        : (Value(one, "--repo") ?? Value(one, "--owner")) is { } home ? $"^https://github\\.com/{Literal(home)}/"
        : "^https://github\\.com/";

    /// <summary>For the expressions of Go and of JavaScript. Of what they give a meaning, only the dot is in a name of these cases.</summary>
    private static string Literal(string name) => name.Replace(".", "\\.", StringComparison.Ordinal);

    private static string? Value(EvidenceCase one, string option) => one.Options.Where(wanted => wanted.Name == option).Select(wanted => wanted.Value).FirstOrDefault();
}
