using SigningAction.Agent.Publishing;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Fakes;

/// <summary>Real bundles to publish.</summary>
public static class SampleBundles
{
    private static readonly Lazy<InMemorySigstore> Sigstore = new(() => new InMemorySigstore());

    public static PublishableBundle Attestation(string name = "app.zip", string content = "app") => Of(
        $"{name}.sigstore.json",
        Sigstore.Value.Attest(System.Text.Encoding.UTF8.GetBytes(content)),
        new Subject(name, Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(content))),
        SlsaProvenance.PredicateType);

    public static PublishableBundle Signature(string name = "app.zip", string content = "app") => Of(
        $"{name}.sigstore.json",
        Sigstore.Value.Sign(System.Text.Encoding.UTF8.GetBytes(content)),
        new Subject(name, Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(content))),
        null);

    private static PublishableBundle Of(string name, Bundle bundle, Subject subject, string? predicate) =>
        new(name, bundle.ToJson(), [subject], predicate, InMemorySigstore.Now);
}
