using System.CommandLine;
using System.Text.Json;
using System.Text.Unicode;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Policy;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Commands;

/// <summary>
/// <c>signing-authority policy explain FILE --claims CLAIMS.json</c>: what the authority would decide, and why. It reads claims and decides with the exchange's own code.
/// Exit codes: 0 allowed, 1 refused, 3 a file could not be read or is no policy; 2 (usage) is the command line's own.
/// </summary>
public static class ExplainCommand
{
    private const string Json = "json";

    /// <summary>The command, a subcommand of <c>policy</c>.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The policy file, for example signing-policy.yml; - is standard input." };
        var claims = new Option<string>("--claims") { HelpName = "FILE", Description = "JSON file with the decoded claims of a token, never the token itself; - is standard input. To decode: cut -d. -f2 token.jwt | basenc -d --base64url", Required = true };
        var authority = new Option<string?>("--authority") { HelpName = "DIR", Description = "An authority's directory: claims are read as its authority.json says of their issuer. Without it they are GitHub's." };
        var format = new Option<string>("--format") { Description = "text for people, json for scripts.", DefaultValueFactory = _ => "text" };
        _ = format.AcceptOnlyFromAmong("text", Json);
        var command = new Command("explain", "Say whether a policy allows the pipeline of these claims: 0 yes, 1 no (the closest rule, the condition it missed, with their lines), 3 could not tell.")
        {
            file, claims, authority, format,
        };
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration;
            try
            {
                var explanation = Explain(parsed.GetRequiredValue(file), parsed.GetRequiredValue(claims), parsed.GetValue(authority));
                if (parsed.GetRequiredValue(format) == Json)
                {
                    output.Output.WriteLine(JsonSerializer.Serialize(explanation, PolicyJson.Default.PolicyExplanation));
                }
                else
                {
                    foreach (var line in explanation.Lines())
                    {
                        output.Output.WriteLine(line);
                    }
                }

                return explanation.Allowed ? ExitCodes.Done : ExitCodes.Refused;
            }
            catch (Exception e) when (e is PolicyLoadException or ConfigurationRefusedException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                output.Error.WriteLine(e.Message);
                return ExitCodes.Failed;
            }
        });
        return command;
    }

    /// <summary>Explains. Times, audience and signature of the token are not looked at: the question is what the policy says.</summary>
    /// <exception cref="PolicyLoadException">The file is not a policy.</exception>
    /// <exception cref="ConfigurationRefusedException">The claims are no JSON object, or the authority's configuration is wrong.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    private static PolicyExplanation Explain(string file, string claims, string? authority)
    {
        var policy = PolicyFile.Load(file);
        var payload = ReadClaims(claims);
        try
        {
            var identity = IdentitiesOf(payload, authority).ReadUnverified(payload);
            return PolicyExplanation.Of(file, policy.Decide(identity), identity);
        }
        catch (TokenRefusedException refused)
        {
            return PolicyExplanation.OfRefusedClaims(
                file, policy, TokenRefusals.Text(refused.Refusal), $"{PrintableText.Exact(refused.Message)} {TokenRefusals.Remedy(refused.Refusal)}");
        }
    }

    /// <summary>The issuer by its exact name, as the exchange finds it.</summary>
    private static IdentitySource IdentitiesOf(JsonElement payload, string? authority)
    {
        var url = CompactToken.StringOf(payload, "iss") ?? string.Empty;
        var issuer = authority is null
            ? url.Length > 0 ? new IssuerOptions { Url = url, Kind = IssuerKind.GitHubActions } : null
            : ConfigurationFile.Read(AuthorityPaths.Of(authority).Configuration).Exchange.Issuers.FirstOrDefault(known => known.Url == url);
        return issuer is not null
            ? new IdentitySource(issuer)
            : throw new TokenRefusedException(TokenRefusal.UnknownIssuer, "The claims' issuer is not one that this authority accepts.");
    }

    private static JsonElement ReadClaims(string path)
    {
        using var file = new FileStream(PolicyFile.OnDisk(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[Limits.TokenBytes + 1];
        var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        try
        {
            var payload = length <= Limits.TokenBytes && Utf8.IsValid(content.AsSpan(0, length))
                ? JsonElement.Parse(content.AsSpan(0, length), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = Limits.JsonDepth })
                : default;
            return payload.ValueKind == JsonValueKind.Object ? payload : throw NoClaims(path, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NoClaims(path, e);
        }
    }

    /// <summary>Without a word of the content: somebody will pass the token itself one night.</summary>
    private static ConfigurationRefusedException NoClaims(string path, Exception? cause) =>
        new($"{PrintableText.Neutralise(path)} is not a JSON object of at most {Limits.TokenBytes} bytes without duplicate members. Give the decoded claims, not the token: cut -d. -f2 token.jwt | basenc -d --base64url", cause);
}
