using SigningAction.Agent.Commands;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;
using SigningAction.Agent.Statements;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Signing;

/// <summary>Gets signing config and trusted root: from files, from an authority that serves both, or those of <see cref="PublicGood"/>.</summary>
public sealed class TrustSource(ServiceClient services, AgentEnvironment environment)
{
    /// <summary>The services to use and the root to believe.</summary>
    /// <exception cref="AgentException">Neither is named, or one cannot be had or used.</exception>
    public async Task<SigningServices> LoadAsync(SigningRequest request, CancellationToken cancellation)
    {
        if (request.Authority is null && (request.SigningConfig is null || request.TrustedRoot is null))
        {
            throw new AgentException(
                AgentFault.Usage,
                "No services to sign with: give authority (--authority), a URL or public-good, or both --signing-config FILE and --trusted-root FILE.");
        }

        // A file that was given wins over what the authority serves: a pinned trusted root does not depend on the authority's word about itself.
        var isPublic = request.Authority == PublicGood.Name;
        var authority = request.Authority is null || isPublic ? null : ServiceAddress.Parse(request.Authority, "the authority (--authority)");
        var root = request.TrustedRoot is { } rootFile
            ? Read(rootFile, TrustedRoot.Parse)
            : isPublic ? PublicGood.Root()
            : await FetchAsync(authority!, "trusted_root.json", TrustedRoot.Parse, cancellation);
        var config = request.SigningConfig is { } configFile
            ? Read(configFile, SigningConfig.Parse)
            : isPublic ? PublicGood.Services()
            : await FetchAsync(authority!, "signing_config.json", SigningConfig.Parse, cancellation);
        try
        {
            return SigningServices.Select(config, root, environment.Time.GetUtcNow());
        }
        catch (EvidenceException e)
        {
            throw new AgentException(AgentFault.Usage, e.Message, e);
        }
    }

    private delegate T Parser<T>(ReadOnlySpan<byte> utf8);

    private T Read<T>(string file, Parser<T> parse)
    {
        var bytes = InputFile.Read(file, environment.WorkingDirectory, Limits.TrustedRootBytes);
        try
        {
            return parse(bytes);
        }
        catch (EvidenceException e)
        {
            throw new AgentException(AgentFault.Usage, $"'{UntrustedText.OneLine(file)}' is not usable: {e.Message}", e) { File = file };
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
