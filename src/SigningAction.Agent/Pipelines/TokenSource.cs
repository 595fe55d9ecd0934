using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Pipelines;

/// <summary>
/// Where the identity token comes from: <c>--identity-token</c> (a token, or a file that holds one), the variable <c>SIGSTORE_ID_TOKEN</c>, or the pipeline.
/// </summary>
public sealed class TokenSource(AgentEnvironment environment, IPipeline pipeline)
{
    /// <summary>The variable that cosign reads too.</summary>
    public const string Variable = "SIGSTORE_ID_TOKEN";

    /// <summary>The audience that every Sigstore instance asks for unless it is told otherwise.</summary>
    public const string DefaultAudience = "sigstore";

    /// <summary>Shorter text is no token, and hiding it would make holes in every line.</summary>
    private const int ShortestSecret = 16;

    /// <summary>
    /// Masks every token that is already here, before a byte is printed: also in a command line that does not parse, because the parser's error would repeat it.
    /// </summary>
    public static void MaskGiven(IReadOnlyList<string> args, AgentEnvironment environment, IPipeline pipeline)
    {
        string?[] given = [environment.Variable(Variable), .. args.SelectMany(a => a.Split('=', ':')).Where(LooksSecret)];
        foreach (var secret in given.OfType<string>().Select(s => s.Trim()).Where(s => s.Length >= ShortestSecret))
        {
            pipeline.Mask(secret);
        }
    }

    /// <summary>A fresh token, masked. Called right before the exchange: GitHub's live five minutes.</summary>
    /// <exception cref="AgentException">No identity, or a token that is not usable.</exception>
    public async Task<IdentityToken> GetAsync(string? option, string audience, CancellationToken cancellation)
    {
        if ((option is null ? environment.Variable(Variable) : Read(option)) is not { } given)
        {
            return await pipeline.RequestTokenAsync(audience, cancellation);
        }

        var text = given.Trim();
        pipeline.Mask(text);
        var token = IdentityToken.Parse(text);
        token.RequireFresh(environment.Time.GetUtcNow());
        return token;
    }

    private string Read(string option)
    {
        if (IdentityToken.LooksLikeToken(option.Trim()) && LooksSecret(option.Trim()))
        {
            return option;
        }

        try
        {
            var path = Path.GetFullPath(option, environment.WorkingDirectory);
            if (!Path.Exists(path))
            {
                throw Unusable(AgentFault.TokenMalformed);
            }

            return new FileInfo(path).Length <= Limits.TokenBytes ? File.ReadAllText(path) : throw new IOException("The file is too long for a token.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unusable(AgentFault.CannotRead);
        }
    }

    /// <summary>The option's value is not repeated: it may be a token that was cut.</summary>
    private static AgentException Unusable(AgentFault fault) =>
        new(fault, "--identity-token is no JWT and no file that can be read. Give the JWT itself, or the path of a file that holds nothing else.");

    /// <summary>A JWT begins with base64url of <c>{"</c>: also a damaged one is worth hiding.</summary>
    private static bool LooksSecret(string text) => text.AsSpan().TrimStart().StartsWith("eyJ", StringComparison.Ordinal);
}
