using SigningAction.Agent.Commands;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;
using SigningAction.Agent.Statements;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Signing;

/// <summary>
/// Gets signing config and trusted root: from files, from a TUF repository, from an authority that serves both, or those of <see cref="PublicGood"/> and <see cref="GitHubInstance"/>.
/// What is wrong with the combination, <see cref="RequestRules"/> has said before.
/// </summary>
public sealed class TrustSource(ServiceClient services, AgentEnvironment environment)
{
    private const string RootDocument = "trusted_root.json";

    private string? Server => environment.Variable("GITHUB_SERVER_URL");

    /// <summary>Reads what needs no network, so that what is wrong with it is told before a file is hashed.</summary>
    /// <exception cref="AgentException">It cannot be read or used.</exception>
    public void Require(SigningRequest request)
    {
        var profile = ProfileOf(request);
        var root = GivenRoot(request, profile);
        var config = GivenConfig(request);
        if (request.TufRoot is { } first)
        {
            _ = Start(first);
            _ = TufAddress(request);
        }

        if (root is not null && config is not null)
        {
            _ = Select(config, root, profile);
        }
    }

    /// <summary>The services to use and the root to believe.</summary>
    /// <exception cref="AgentException">One of them cannot be had or used.</exception>
    public async Task<SigningServices> LoadAsync(SigningRequest request, CancellationToken cancellation)
    {
        var profile = ProfileOf(request);
        var authority = request.AuthorityUrl is { } url ? ServiceAddress.Parse(url, "the authority (--authority)") : null;
        var root = GivenRoot(request, profile)
            ?? (request.TufRoot is null ? await FetchAsync(authority!, RootDocument, TrustedRoot.Parse, cancellation) : await UpdateAsync(request, profile, cancellation));
        var config = GivenConfig(request) ?? await FetchAsync(authority!, "signing_config.json", SigningConfig.Parse, cancellation);
        return Select(config, root, profile);
    }

    private static TrustProfile ProfileOf(SigningRequest request) => request.Authority == GitHubInstance.Name ? TrustProfile.GitHub : TrustProfile.Sigstore;

    /// <summary>
    /// The root that is at hand; null where it is to be fetched. A file that was given wins over what the authority serves: what is pinned does not depend on the authority's
    /// word about itself.
    /// </summary>
    private TrustedRoot? GivenRoot(SigningRequest request, TrustProfile profile) => request switch
    {
        { TrustedRoot: { } file } => Only(Read(file, TrustedRoot.ParseAll), profile, $"'{UntrustedText.OneLine(file)}'"),
        { TufRoot: not null } => null,
        { Authority: PublicGood.Name } => PublicGood.Root(),
        _ => null,
    };

    /// <summary>The signing config that is at hand; null where it is to be fetched.</summary>
    private SigningConfig? GivenConfig(SigningRequest request) => request switch
    {
        { SigningConfig: { } file } => Read(file, SigningConfig.Parse),
        { Authority: GitHubInstance.Name } => GitHubInstance.Services(Server),
        { Authority: PublicGood.Name } => PublicGood.Services(),
        _ => null,
    };

    private SigningServices Select(SigningConfig config, TrustedRoot root, TrustProfile profile)
    {
        try
        {
            return SigningServices.Select(config, root, profile, environment.Time.GetUtcNow());
        }
        catch (EvidenceException e)
        {
            throw new AgentException(AgentFault.Usage, e.Message, e);
        }
    }

    private delegate T Parser<T>(ReadOnlySpan<byte> utf8);

    private T Read<T>(string file, Parser<T> parse, int most = Limits.TrustedRootBytes)
    {
        var bytes = InputFile.Read(file, environment.WorkingDirectory, most);
        try
        {
            return parse(bytes);
        }
        catch (EvidenceException e)
        {
            throw new AgentException(AgentFault.Usage, $"'{UntrustedText.OneLine(file)}' is not usable: {e.Message}", e) { File = file };
        }
    }

    /// <summary>The root of the one instance that signs. <c>gh attestation trusted-root</c> gives two: the public one's and GitHub's.</summary>
    private static TrustedRoot Only(IReadOnlyList<TrustedRoot> roots, TrustProfile profile, string where)
    {
        TrustedRoot[] fitting = [.. roots.Where(profile.IsListedIn)];
        return fitting switch
        {
            [var only] => only,
            [] when profile == TrustProfile.GitHub => throw new AgentException(
                AgentFault.Usage, $"{where} lists no certificate authority of \"GitHub, Inc.\", so it is not the trusted root of GitHub's instance. 'gh attestation trusted-root' prints that one."),
            [] => throw new AgentException(AgentFault.Usage, $"{where} lists no certificate authority: nothing that is signed could be verified with it."),
            _ => throw new AgentException(AgentFault.Usage, $"{where} has {fitting.Length} trusted roots that may be meant, and one instance signs: give the file of that one alone."),
        };
    }

    private ServiceAddress TufAddress(SigningRequest request)
    {
        if (request.TufUrl is null && !GitHubInstance.IsGitHubCom(Server))
        {
            throw new AgentException(
                AgentFault.Usage, $"The trusted root of {UntrustedText.OneLine(Server!)} is not the one of {GitHubInstance.TufRepository}. Give trusted-root: 'gh attestation trusted-root --hostname HOST' prints it.");
        }

        return ServiceAddress.Parse(request.TufUrl ?? GitHubInstance.TufRepository, "the TUF repository (tuf-url)");
    }

    private TufTrust Start(string file) => Read(file, bytes => TufTrust.Start(bytes, environment.Time.GetUtcNow()), Limits.TufRootBytes);

    private async Task<TrustedRoot> UpdateAsync(SigningRequest request, TrustProfile profile, CancellationToken cancellation)
    {
        var address = TufAddress(request);
        var first = Start(request.TufRoot!);
        try
        {
            var target = await new TufRepositoryClient(services, address, environment.Time).TargetAsync(first, RootDocument, cancellation);
            return Only(TrustedRoot.ParseAll(target.Span), profile, $"The TUF repository's {RootDocument}");
        }
        catch (EvidenceException e)
        {
            throw new AgentException(
                AgentFault.EvidenceRefused, $"What the TUF repository ({address.Uri.GetLeftPart(UriPartial.Authority)}) serves is refused, and nothing was signed: {e.Message}", e);
        }
    }

    private async Task<T> FetchAsync<T>(ServiceAddress authority, string document, Parser<T> parse, CancellationToken cancellation)
    {
        var answer = await services.SendAsync(
            new ServiceRequest
            {
                Service = "the authority",
                Method = HttpMethod.Get,
                Address = authority.At(document),
                Accept = "application/json",
            },
            cancellation);
        answer.RequireSuccess();
        try
        {
            return parse(answer.Body.Span);
        }
        catch (EvidenceException e)
        {
            throw answer.NotTheService($"serves a {document} that is not usable ({FailureCodes.Text(e.Code)})", e);
        }
    }
}
