using SigningAction.Agent.Publishing.Registries;
using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Tests.Publishing;

public sealed class ImageSubjectsTests
{
    private static readonly string A = new('a', 64);
    private static readonly string B = new('b', 64);

    [Fact]
    public void Every_subject_is_an_image_at_its_own_place_once()
    {
        var images = ImageSubjects.Of([Subject("ghcr.io/octo/app", A), Subject("localhost:5000/app", A), Subject("ghcr.io/octo/app", B), Subject("index.docker.io/octo/app", A), Subject("docker.io/octo/app", A)]);
        Assert.Equal([$"ghcr.io/octo/app@sha256:{A}", $"localhost:5000/app@sha256:{A}", $"ghcr.io/octo/app@sha256:{B}", $"docker.io/octo/app@sha256:{A}"], images.Select(image => image.ToString()));
    }

    [Theory]
    [InlineData("is no image name with a registry", "app")]
    [InlineData("is no image name with a registry", "app.tar.gz")]
    [InlineData("is no image name with a registry", "octo/app")]
    [InlineData("is no image name with a registry", "dist/app.tar")]
    [InlineData("is no image name with a registry", "./ghcr.io/app")]
    [InlineData("is no image name with a registry", "../app")]
    [InlineData("is no image name with a registry", "/usr.bin/app")]
    [InlineData("is no image name with a registry", "")]
    [InlineData("has a tag or digest", "ghcr.io:443/octo/app:v1")]
    [InlineData("has a tag or digest", "ghcr.io/octo/app@sha256:1")]
    [InlineData("is no image name", "ghcr.io/octo//app")]
    [InlineData("is no image name", "ghcr.io/octo/my app")]
    public void One_that_is_no_image_is_named_among_many(string sentence, string name)
    {
        var refused = Assert.Throws<AgentException>(() => ImageSubjects.Of([Subject("ghcr.io/octo/app", A), Subject(name, A)]));
        Assert.Equal(AgentFault.Usage, refused.Fault);
        Assert.Contains($"'{name}' {sentence}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Registries_know_images_by_their_SHA_256_alone()
    {
        var refused = Assert.Throws<AgentException>(() => ImageSubjects.Of([Subject("ghcr.io/octo/app", new string('a', 128))]));
        Assert.Equal(AgentFault.Usage, refused.Fault);
        Assert.Contains("'ghcr.io/octo/app' is given by its sha512", refused.Message, StringComparison.Ordinal);
    }

    private static SigningSubject Subject(string name, string hex) => SubjectDigest.TryParseHex(hex, out var digest) ? new SigningSubject(name, digest) : throw new ArgumentException("This is no digest.", nameof(hex));
}
