using SigningAction.Agent.Commands;

namespace SigningAction.Agent.Tests.Commands;

public sealed class RequestRulesTests
{
    private static readonly string Digest = "sha256:" + new string('a', 64);
    private static readonly SigningRequest Files = new() { Attest = true, Sign = false, Paths = ["a"], Authority = "https://sign.test" };
    private static readonly SigningRequest Image = new() { Attest = true, Sign = false, SubjectDigest = Digest, SubjectName = "ghcr.io/octo/app", Authority = "https://sign.test" };

    public static TheoryData<string, SigningRequest> Wrong => new()
    {
        { "neither an attestation nor signatures", Files with { Attest = false } },
        { "Only one of PATH", Files with { SubjectDigest = Digest, SubjectName = "x" } },
        { "Only one of PATH", Files with { SubjectChecksums = "f" } },
        { "give subject-name too", Image with { SubjectName = null } },
        { "each line of checksums has a name", Image with { SubjectDigest = null, SubjectChecksums = "f" } },
        { "not of the form sha256:HEX", Image with { SubjectDigest = new string('a', 64) } },
        { "not of the form sha256:HEX", Image with { SubjectDigest = "sha256:" + new string('g', 64) } },
        { "not of the form sha256:HEX", Image with { SubjectDigest = "sha512:" + new string('a', 64) } },
        { "not of the form sha256:HEX", Image with { SubjectDigest = "sha1:" + new string('a', 40) } },
        { "subject-name has control", Image with { SubjectName = "a\nb" } },
        { "sbom-path makes the predicate itself", Files with { SbomPath = "s", PredicateType = "t" } },
        { "sbom-path makes the predicate itself", Files with { SbomPath = "s", Predicate = "{}" } },
        { "as text and as file", Files with { PredicateType = "t", Predicate = "{}", PredicatePath = "p" } },
        { "without predicate-type", Files with { Predicate = "{}" } },
        { "without predicate-type", Files with { PredicatePath = "p" } },
        { "predicate-type without a predicate", Files with { PredicateType = "t" } },
        { "names its subjects itself", Files with { Statement = "s" } },
        { "names its subjects itself", Image with { Statement = "s" } },
        { "has its predicate already", Files with { Paths = [], Statement = "s", SbomPath = "b" } },
        { "name no file here", Image with { Sign = true } },
        { "name no file here", Files with { Paths = [], SubjectChecksums = "f", Sign = true } },
        { "the runner's list of artifacts (GITHUB_ARTIFACTS_LIST) name no file here", Image with { SubjectDigest = null, SubjectName = null, ArtifactsList = "/list", Sign = true } },
        { "attaches the attestation to images, and files are none", Files with { PushToRegistry = true } },
        { "attaches the attestation to images, and files are none", Files with { Paths = [], Statement = "s", PushToRegistry = true } },
        { "the list has names of its own", Image with { SubjectDigest = null, ArtifactsList = "/list" } },
        { "written into a storage record", Files with { SubjectVersion = "1" } },
        { "written into a storage record", Image with { PushToRegistry = true, SubjectVersion = "1" } },
        { "--bundle names one file and", Files with { Bundle = "b", BundleDirectory = "d" } },
        { "attestation and signatures are several", Files with { Bundle = "b", Sign = true } },
        { "trusted-root is the file, and tuf-url and tuf-root", Files with { TrustedRoot = "r", TufRoot = "t" } },
        { "trusted-root is the file, and tuf-url and tuf-root", Files with { TrustedRoot = "r", TufUrl = "https://tuf.test" } },
        { "nothing says whose keys to believe there", Files with { TufUrl = "https://tuf.test" } },
        { "nothing says whose keys to believe there", Files with { Authority = "github", TufUrl = "https://tuf.test" } },
        { "nothing says which", Files with { TufRoot = "t" } },
        { "GitHub's own instance is not built in", Files with { Authority = "github" } },
        { "GitHub's own instance is not built in", Files with { Authority = "github", SigningConfig = "c" } },
        { "No services to sign with", Files with { Authority = null } },
        { "nothing says who signs", Files with { Authority = null, TrustedRoot = "r" } },
        { "nothing says who signs", Files with { Authority = null, TufUrl = "https://tuf.test", TufRoot = "t" } },
        { "nothing says whom to believe: give authority", Files with { Authority = null, SigningConfig = "c" } },
        { "authority is none of what it may be", Files with { Authority = "publicgood" } },
        { "authority is none of what it may be", Files with { Authority = "signing.example.com" } },
        { "authority is none of what it may be", Files with { Authority = "http://signing.example.com" } },
        { "authority is none of what it may be", Files with { Authority = "https://user:secret@sign.test" } },
        { "tuf-url is no https URL", Files with { TufUrl = "tuf.test", TufRoot = "t" } },
        { "release is a ref", Files with { Release = "refs/tags/v1" } },
        { "GitHub makes one only of what public-good or github attested", Image with { PushToRegistry = true, CreateStorageRecord = true, SubjectVersion = "1" } },
        { "wait must be", Files with { Wait = TimeSpan.Zero } },
        { "wait must be", Files with { Wait = TimeSpan.FromHours(7) } },
        { "Nothing to attest", Files with { Paths = [] } },
        { "Nothing to sign", Files with { Paths = [], Attest = false, Sign = true } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_combination_has_a_sentence_of_its_own(string sentence, SigningRequest request)
    {
        var refused = Assert.Throws<AgentException>(() => RequestRules.Require(request));
        Assert.Equal(AgentFault.Usage, refused.Fault);
        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_makes_sense_together_is_taken()
    {
        foreach (var request in new[]
        {
            Files,
            Files with { Sign = true, SubjectName = "called" },
            Files with { SbomPath = "s" },
            Files with { PredicateType = "t", PredicatePath = "p" },
            Files with { Paths = [], SubjectChecksums = "f" },
            Files with { Authority = "public-good" },
            Files with { Authority = "github", TrustedRoot = "r" },
            Files with { Authority = "github", TufRoot = "t" },
            Files with { Authority = "github", TufUrl = "https://tuf.test", TufRoot = "t", SigningConfig = "c" },
            Files with { Authority = null, TrustedRoot = "r", SigningConfig = "c" },
            Files with { Authority = null, TufUrl = "https://tuf.test", TufRoot = "t", SigningConfig = "c" },
            Image,
            Image with { PushToRegistry = true, SubjectDigest = null, SubjectName = null, SubjectChecksums = "f" },
            Image with { PushToRegistry = true, SubjectDigest = null, SubjectName = null, ArtifactsList = "/list" },
            Image with { SubjectName = "localhost:5000/app", PushToRegistry = true, CreateStorageRecord = true, SubjectVersion = "1", Authority = "public-good" },
        })
        {
            Assert.Null(Record.Exception(() => RequestRules.Require(request)));
        }
    }
}
