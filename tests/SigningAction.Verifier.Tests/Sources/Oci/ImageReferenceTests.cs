using SigningAction.Verifier.Sources.Oci;

namespace SigningAction.Verifier.Tests.Sources.Oci;

public sealed class ImageReferenceTests
{
    private const string Hex = "3f786850e387550fdab836ed7e6dc881de23001b9b3f5b4a1e7c6c1a0a1d2c11";

    [Theory]
    [InlineData("ghcr.io/octo/app@sha256:" + Hex, "oci://ghcr.io/octo/app@sha256:" + Hex, "https://ghcr.io/v2/octo/app/")]
    [InlineData("ghcr.io/octo/app:v1@sha256:" + Hex, "oci://ghcr.io/octo/app@sha256:" + Hex, "https://ghcr.io/v2/octo/app/")]
    [InlineData("ghcr.io/octo/app:v1", "oci://ghcr.io/octo/app:v1", "https://ghcr.io/v2/octo/app/")]
    [InlineData("alpine", "oci://registry-1.docker.io/library/alpine:latest", "https://registry-1.docker.io/v2/library/alpine/")]
    [InlineData("octo/app:1", "oci://registry-1.docker.io/octo/app:1", "https://registry-1.docker.io/v2/octo/app/")]
    [InlineData("docker.io/octo/app:1", "oci://registry-1.docker.io/octo/app:1", "https://registry-1.docker.io/v2/octo/app/")]
    [InlineData("localhost:5000/app:1", "oci://localhost:5000/app:1", "http://localhost:5000/v2/app/")]
    [InlineData("registry.example:5000/a/b/c:1", "oci://registry.example:5000/a/b/c:1", "https://registry.example:5000/v2/a/b/c/")]
    public void An_image_is_read_as_docker_reads_it(string text, string shown, string address)
    {
        var image = ImageReference.Parse("oci://" + text);
        Assert.Equal((shown, address), (image.ToString(), image.Base.AbsoluteUri));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("ghcr.io/")]
    [InlineData("ghcr.io/Octo/app")]
    [InlineData("ghcr.io/octo/../app")]
    [InlineData("ghcr.io/octo//app")]
    [InlineData("ghcr.io/octo/app:")]
    [InlineData("ghcr.io/octo/app:v1 ")]
    [InlineData("ghcr.io/octo/app?x=1")]
    [InlineData("ghcr.io/octo/app#x")]
    [InlineData("user@ghcr.io/octo/app")]
    [InlineData("ghcr.io:99999/octo/app")]
    [InlineData("ghcr.io/octo/app@sha256:00")]
    [InlineData("ghcr.io/octo/app@sha512:" + Hex)]
    [InlineData("ghcr.io/octo/app@")]
    public void Anything_else_is_a_usage_error(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<ProblemException>(() => ImageReference.Parse("oci://" + text)).Problem.Exit);
}
