using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy.Language;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;
using SigningAction.Verifier.Network;
using SigningAction.Verifier.Policy;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Sources.GitHub;
using SigningAction.Verifier.Sources.Oci;
using Snappier;
using HttpStatusCode = System.Net.HttpStatusCode;

namespace SigningAction.Verifier.Tests;

/// <summary>What the verifier reads of strangers besides evidence, each with a good sample: as <see cref="EvidenceReaders"/>, which has the evidence.</summary>
internal sealed class VerifierReaders
{
    private const int Limit = 30;
    private const string Commit = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private const string Policy =
        """
        version: 1
        issuer: https://token.actions.githubusercontent.com   # of every rule that names none
        allow:
          - name: release
            repository_id: 1234
            event: [push, workflow_dispatch]
            workflow: .github/workflows/release.yml
            ref: { pattern: 'refs/tags/v[0-9]+(\.[0-9]+)*' }
          - name: "security review"
            repository_id: 5678
            event: workflow_dispatch
            workflow: .github/workflows/approve.yml
            ref: refs/heads/main
        deny:
          - name: nothing from our own machines
            runner: self-hosted
        require:
          - predicate_type: https://slsa.dev/provenance/v1
            from: release
            builder_ids: https://github.com/octo/app/.github/workflows/release.yml@refs/tags/v1.2.0
          - signers: 2
        logs: 1
        timestamps: 1
        max_age: 90 days
        """;

    private static readonly Sha256Digest Digest = Sha256Digest.Of("the artifact"u8);
    private static readonly ImageReference Image = ImageReference.Parse($"oci://registry.example/octo/app@sha256:{Digest}");

    public VerifierReaders()
    {
        using var sigstore = new InMemorySigstore();
        var bundle = sigstore.Sign("the artifact"u8.ToArray()).ToJson();
        var json = System.Text.Encoding.UTF8.GetString(bundle);
        var layer = RegistryClient.DigestOf(bundle);
        All = new Dictionary<string, (byte[] Sample, Action<byte[]> Read)>(StringComparer.Ordinal)
        {
            ["verification policy"] = (Utf8(Policy), b => AcceptancePolicyFile.Parse(b, "policy.yml")),
            ["attestations of GitHub"] = (Utf8($$"""{"attestations":[{"bundle":{{json}},"repository_id":1},{"bundle":null,"bundle_url":"https://storage.example/b"}]}"""), b => Find(
                (web, surroundings) => new GitHubAttestations(web, new GitHubQuery(GitHubHost.Public, "octo/app", null, "sha256", null, Limit), surroundings),
                address => address.Host == "storage.example" ? Snappy.CompressToArray(bundle) : b)),
            ["compressed bundle of GitHub"] = (Snappy.CompressToArray(bundle), b => SnappyBlock.Decompress(b, Limits.BundleBytes)),
            ["release of GitHub"] = (Utf8("""{"id":7,"tag_name":"v1"}"""), b => Release(b, Assets())),
            ["assets of GitHub"] = (Assets(), b => Release(Utf8("""{"id":7}"""), b)),
            ["referrers of a registry"] = (Utf8(Index(Manifest(layer))), b => Find(
                (web, surroundings) => new ImageBundles(new RegistryClient(web, new RegistryCredentials(surroundings)), Limit),
                address => Has(address, "/referrers/") ? b : Has(address, "/manifests/") ? Utf8(Manifest(layer)) : bundle)),
            ["manifest of a registry"] = (Utf8(Manifest(layer)), b => Find(
                (web, surroundings) => new ImageBundles(new RegistryClient(web, new RegistryCredentials(surroundings)), Limit),
                address => Has(address, "/referrers/") ? Utf8(Index(b)) : Has(address, "/manifests/") ? b : bundle)),
            ["bundles of an authority"] = (Utf8($"{json}\n{json}\n"), b => Find((web, _) => new AuthorityBundles(web, new Uri("https://sign.example"), Limit), _ => b)),
        };
    }

    /// <summary>By name: a sample that is read without a fault, and the reader.</summary>
    public IReadOnlyDictionary<string, (byte[] Sample, Action<byte[]> Read)> All { get; }

    /// <summary>Whether something was refused with its reason: anything else that a reader throws is a fault of ours.</summary>
    public static bool IsRefusal(Exception e) => e is EvidenceException or ProblemException or PolicyLoadException;

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static bool Has(Uri address, string part) => address.AbsolutePath.Contains(part, StringComparison.Ordinal);

    private static byte[] Assets() => Utf8($$"""[{"name":"app.zip","digest":"sha256:{{Digest}}"},{"name":"app.zip.sigstore.json","digest":null}]""");

    private static string Manifest(string layer) =>
        $$"""{"schemaVersion":2,"subject":{"digest":"sha256:{{Digest}}"},"layers":[{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","digest":"{{layer}}","size":1}]}""";

    private static string Index(string manifest) => Index(Utf8(manifest));

    private static string Index(byte[] manifest) =>
        $$"""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{RegistryClient.DigestOf(manifest)}}","size":1,"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json"}]}""";

    /// <summary>What a source finds; a bundle that it could not take is told like any other refusal.</summary>
    private static void Find(Func<WebClient, Surroundings, IBundleSource> source, Func<Uri, byte[]> answer) => Online(answer, (web, surroundings) =>
    {
        using var target = TargetArtifact.OfDigest(new Target("image") { Image = Image }, Digest);
        var found = source(web, surroundings).Find(target).ToList();
        if (found.Find(bundle => bundle.Problem is not null) is { } refused)
        {
            throw new ProblemException(refused.Problem!);
        }
    });

    private static void Release(byte[] release, byte[] assets) => Online(
        address => Has(address, "/assets") ? assets : Has(address, "/commits/") ? Utf8(Commit) : release,
        (web, surroundings) => new GitHubReleases(web, GitHubHost.Public, surroundings).Find(new ReleaseName("octo/app", "v1")));

    private static void Online(Func<Uri, byte[]> answer, Action<WebClient, Surroundings> read)
    {
        using var network = new OnePage(answer);
        var surroundings = new Surroundings { Network = () => network, Variable = _ => null, IsWatched = () => false };
        using var web = new WebClient(surroundings);
        read(web, surroundings);
    }

    /// <summary>A network in which every address answers.</summary>
    private sealed class OnePage(Func<Uri, byte[]> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(answer(request.RequestUri!)) });
    }
}
