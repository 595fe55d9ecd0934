using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Documents;

public sealed class ReadmeTests : IDisposable
{
    private const string Folder = "tests/SigningAction.Evidence.Tests/Documents/";

    private readonly InMemorySigstore _sigstore = new();

    [Fact]
    public void The_samples_of_the_README_are_the_ones_that_are_compiled()
    {
        var shown = Between(GeneratedDocument.Read("src/SigningAction.Evidence/README.md"), "```csharp", "```");
        var compiled = Between(GeneratedDocument.Read(Folder + "ReadmeSamples.cs"), "    // README", "    // end")
            .Select(sample => sample.Select(line => line.StartsWith("    ", StringComparison.Ordinal) ? line[4..] : line));
        Assert.NotEmpty(shown);
        Assert.Equal(compiled.Select(Text), shown.Select(Text));
    }

    [Fact]
    public void The_first_sample_says_who_signed_or_why_nobody_is_named()
    {
        var artifact = "what was built"u8.ToArray();
        var (root, bundle) = (_sigstore.TrustedRoot.ToJson(), _sigstore.Sign(artifact).ToJson());
        Assert.Equal(
            "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main at 2026-06-01 12:00:31Z", ReadmeSamples.WhoSigned(root, bundle, artifact));
        Assert.StartsWith("DigestMismatch: ", ReadmeSamples.WhoSigned(root, bundle, "another"u8.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_second_sample_says_from_which_commit_or_refuses()
    {
        var artifact = "what was built"u8.ToArray();
        var verifier = new Verifier(_sigstore.TrustedRoot);
        var attested = _sigstore.Attest(artifact).ToJson();
        Assert.Equal(InMemorySigstore.Workflow.SourceDigest, ReadmeSamples.BuiltFrom(verifier, attested, Sha256Digest.Of(artifact)));
        Assert.Equal(
            FailureCode.SubjectMismatch,
            Assert.Throws<EvidenceException>(() => ReadmeSamples.BuiltFrom(verifier, attested, Sha256Digest.Of("another"u8))).Code);
    }

    public void Dispose() => _sigstore.Dispose();

    private static string Text(IEnumerable<string> lines) => string.Join('\n', lines).Trim();

    private static List<List<string>> Between(string text, string from, string to)
    {
        var found = new List<List<string>>();
        List<string>? open = null;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (open is null)
            {
                open = line == from ? [] : null;
            }
            else if (line == to)
            {
                found.Add(open);
                open = null;
            }
            else
            {
                open.Add(line);
            }
        }

        return found;
    }
}
