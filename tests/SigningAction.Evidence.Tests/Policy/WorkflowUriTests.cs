using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Tests.Policy;

public sealed class WorkflowUriTests
{
    private const string File = "https://github.com/octo/app/.github/workflows/release.yml";
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";

    [Theory]
    [InlineData("refs/heads/main")]
    [InlineData("refs/tags/@octo/pkg@1.2.3")]
    [InlineData("refs/heads/renovate/@types")]
    [InlineData(Sha)]
    public void A_ref_may_hold_an_at_sign(string reference)
    {
        Assert.True(WorkflowUri.TryParse($"{File}@{reference}", out var uri));
        Assert.Equal(new WorkflowUri(File, reference), uri);
    }

    [Fact]
    public void A_file_name_may_hold_an_at_sign()
    {
        Assert.True(WorkflowUri.TryParse($"{File}@x.yml@refs/heads/main", out var uri));
        Assert.Equal(new WorkflowUri(File + "@x.yml", "refs/heads/main"), uri);
    }

    [Theory]
    [InlineData(File)]
    [InlineData(File + "@main")]
    [InlineData(File + "@refs/")]
    [InlineData(File + "@refs/heads/a@refs/heads/main")]
    [InlineData(File + "@refs/heads/a@" + Sha)]
    [InlineData("http://github.com/octo/app/.github/workflows/release.yml@refs/heads/main")]
    [InlineData("")]
    public void What_does_not_read_in_exactly_one_way_is_refused(string uri) => Assert.False(WorkflowUri.TryParse(uri, out _));

    [Theory]
    [InlineData("https://github.com/octo/app", ".github/workflows/release.yml")]
    [InlineData("https://github.com/octo/ap", null)]
    [InlineData("https://github.com/octo/app2", null)]
    [InlineData("https://github.com/Octo/app", null)]
    [InlineData("", null)]
    public void A_file_is_inside_a_repository_only_below_its_whole_name(string repository, string? path)
    {
        Assert.True(WorkflowUri.TryParse(File + "@refs/heads/main", out var uri));
        Assert.Equal(path, uri.PathInside(repository));
    }

    [Fact]
    public void The_double_slash_of_GitLab_is_no_part_of_the_path()
    {
        Assert.True(WorkflowUri.TryParse("https://gitlab.com/group/sub/app//.gitlab-ci.yml@refs/heads/main", out var uri));
        Assert.Equal(".gitlab-ci.yml", uri.PathInside("https://gitlab.com/group/sub/app"));
    }
}
