using System.Globalization;
using System.Net;
using System.Text.Json.Serialization.Metadata;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;

namespace SigningAction.Agent.Publishing.GitHub;

/// <summary>
/// The release of a tag: each bundle becomes an asset. A draft is found too, although no tag leads to it; a release that is immutable takes nothing once it is published.
/// </summary>
public sealed class ReleaseTarget(GitHubApi api, string tag) : IPublishingTarget
{
    private const int PageSize = 100;

    /// <summary>GitHub allows 1,000 assets a release; drafts are among the newest releases.</summary>
    private const int Pages = 10;

    private GitHubWire.Release? _release;

    /// <summary>What the name of every release begins with, before its tag.</summary>
    public const string NamePrefix = "release ";

    /// <inheritdoc/>
    public string Name => NamePrefix + UntrustedText.OneLine(tag);

    /// <inheritdoc/>
    public bool Optional => false;

    /// <inheritdoc/>
    public bool Takes(PublishableBundle bundle) => true;

    /// <inheritdoc/>
    public async Task<Publication> PublishAsync(PublishableBundle bundle, CancellationToken cancellation)
    {
        var release = _release ??= await FindAsync(cancellation);
        var name = AssetName(bundle.Name);
        var there = await AssetAsync(release, name, cancellation);
        if (IsSame(there, bundle))
        {
            return At(bundle, name, PublicationState.AlreadyThere);
        }

        if (release is { Immutable: true, Draft: false })
        {
            throw new AgentException(
                AgentFault.RefusedByService,
                $"Release '{UntrustedText.OneLine(tag)}' is immutable and published, so nothing can be added to it. Sign while it is a draft, then publish it; the bundle is kept.");
        }

        if (there is not null)
        {
            // What an upload that broke left behind, or the bundle of an earlier run of this step: the name can be used once.
            await DeleteAsync(there, cancellation);
        }

        return await UploadAsync(release, bundle, name, cancellation);
    }

    /// <summary>GitHub replaces by a dot what it does not want in the name of an asset.</summary>
    internal static string AssetName(string file) =>
        string.Concat(file.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+' ? c : '.'));

    private static bool IsSame(GitHubWire.Asset? asset, PublishableBundle bundle) =>
        asset is { State: not "starter" } && asset.Digest == $"sha256:{bundle.Digest}";

    private Publication At(PublishableBundle bundle, string name, PublicationState state) => new(Name, bundle.Name, state)
    {
        Id = name,
        Url = api.Server.At($"{api.Repository}/releases/download/{Uri.EscapeDataString(tag)}/{Uri.EscapeDataString(name)}").ToString(),
    };

    private async Task<Publication> UploadAsync(GitHubWire.Release release, PublishableBundle bundle, string name, CancellationToken cancellation)
    {
        var upload = api.Upload(release.UploadUrl ?? "", name, bundle.Json.ToArray()) with
        {
            // 502 may leave a piece of it under the name, which would refuse the next try; or all of it, with only the answer lost.
            Arrived = async stop =>
            {
                var (asset, list) = await LookAsync(release, name, stop);
                if (IsSame(asset, bundle))
                {
                    return list;
                }

                if (asset is not null)
                {
                    await DeleteAsync(asset, stop);
                }

                return null;
            },
        };
        var answer = await api.SendAsync(upload, cancellation);
        if (answer.Request.Method == HttpMethod.Get)
        {
            return At(bundle, name, PublicationState.Published);
        }

        if (answer.Status == HttpStatusCode.UnprocessableContent && IsSame(await AssetAsync(release, name, cancellation), bundle))
        {
            // Another job of the same matrix put the very same bundle there meanwhile.
            return At(bundle, name, PublicationState.AlreadyThere);
        }

        answer.RequireSuccess("Check that the job has `permissions: contents: write`, and that no other job writes an asset of this name.");
        return At(bundle, answer.Json(GitHubJson.Default.Asset).Name is { Length: > 0 } given ? given : name, PublicationState.Published);
    }

    private async Task<GitHubWire.Release> FindAsync(CancellationToken cancellation)
    {
        var request = api.Request(HttpMethod.Get, $"repos/{api.Repository}/releases/tags/{Uri.EscapeDataString(tag)}");
        var answer = await api.SendAsync(request, cancellation);
        if (answer.Status != HttpStatusCode.NotFound)
        {
            answer.RequireSuccess("Check that the job has `permissions: contents: write`.");
            return answer.Json(GitHubJson.Default.Release);
        }

        var (drafts, _) = await PagesAsync($"repos/{api.Repository}/releases", GitHubJson.Default.Releases, r => r.TagName == tag, cancellation);
        return drafts ?? throw new AgentException(
            AgentFault.Usage,
            $"There is no release '{UntrustedText.OneLine(tag)}' in {api.Repository}, or this token may not see it. Create it (a draft will do) in a step before this one, and give the job `permissions: contents: write`.");
    }

    private async Task<GitHubWire.Asset?> AssetAsync(GitHubWire.Release release, string name, CancellationToken cancellation) =>
        (await LookAsync(release, name, cancellation)).Found;

    private Task<(GitHubWire.Asset? Found, ServiceAnswer Page)> LookAsync(GitHubWire.Release release, string name, CancellationToken cancellation) => PagesAsync(
        string.Create(CultureInfo.InvariantCulture, $"repos/{api.Repository}/releases/{release.Id}/assets"), GitHubJson.Default.Assets, a => a.Name == name, cancellation);

    private async Task<(T? Found, ServiceAnswer Page)> PagesAsync<T>(string path, JsonTypeInfo<List<T?>> type, Func<T, bool> wanted, CancellationToken cancellation)
        where T : class
    {
        for (var page = 1; ; page++)
        {
            var answer = await api.SendAsync(
                api.Request(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{path}?per_page={PageSize}&page={page}")), cancellation);
            answer.RequireSuccess("Check that the job has `permissions: contents: write`.");
            var items = answer.Json(type);
            var found = items.OfType<T>().FirstOrDefault(wanted);
            if (found is not null || items.Count < PageSize || page == Pages)
            {
                return (found, answer);
            }
        }
    }

    private async Task DeleteAsync(GitHubWire.Asset asset, CancellationToken cancellation)
    {
        var request = api.Request(HttpMethod.Delete, string.Create(CultureInfo.InvariantCulture, $"repos/{api.Repository}/releases/assets/{asset.Id}")) with
        {
            Success = [HttpStatusCode.NoContent, HttpStatusCode.NotFound],
            AnswerType = ServiceRequest.AnyType,
        };
        (await api.SendAsync(request, cancellation)).RequireSuccess("Check that the job has `permissions: contents: write`.");
    }
}
