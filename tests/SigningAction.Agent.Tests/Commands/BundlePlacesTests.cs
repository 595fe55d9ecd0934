using System.Globalization;
using SigningAction.Agent.Commands;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Tests.Commands;

public sealed class BundlePlacesTests
{
    private static readonly SigningRequest Request = new() { Attest = true, Sign = true, Paths = ["x"] };

    [Fact]
    public void A_bundle_stands_beside_its_file() =>
        Assert.Equal(["/w/dist/a.zip.sigstore.json"], Places(Request).OfAttestation([File("/w/dist/a.zip")], 1, "provenance"));

    [Theory]
    [InlineData("ghcr.io/octo/app", "/w/out/ghcr.io_octo_app.spdx.sigstore.json")]
    [InlineData("../../etc/passwd", "/w/out/_.._etc_passwd.spdx.sigstore.json")]
    [InlineData("a b;$(x).zip", "/w/out/a_b___x_.zip.spdx.sigstore.json")]
    public void A_subject_of_any_name_has_its_bundle_in_the_directory(string name, string place) =>
        Assert.Equal([place], Places(Request with { BundleDirectory = "out" }).OfAttestation([new SigningSubject(name, File("/x").Digest)], 1, "spdx"));

    /// <summary>R-15: on Windows nobody could check such a file out.</summary>
    [Theory]
    [InlineData("con")]
    [InlineData("NUL.zip")]
    [InlineData("com1.tar.gz")]
    public void A_subject_that_is_called_like_a_device_of_Windows_has_another_name_for_its_bundle(string name) =>
        Assert.StartsWith("/w/out/attestation-", Assert.Single(Places(Request with { BundleDirectory = "out" }).OfAttestation([new SigningSubject(name, File("/x").Digest)], 1, "spdx")), StringComparison.Ordinal);

    [Fact]
    public void Several_statements_make_one_file_of_lines_whose_name_is_theirs()
    {
        SigningSubject[] subjects = [File("/w/a"), File("/w/b")];
        var places = Places(Request with { BundleDirectory = "out" });
        var place = Assert.Single(places.OfAttestation(subjects, 2, "provenance"));
        Assert.EndsWith(".provenance.sigstore.jsonl", place, StringComparison.Ordinal);
        Assert.Equal([place], places.OfAttestation(subjects, 2, "provenance"));
        Assert.NotEqual([place], places.OfAttestation([subjects[0], File("/w/c")], 2, "provenance"));
        Assert.NotEqual([place], places.OfAttestation(subjects, 2, "cyclonedx"));
    }

    [Fact]
    public void Copies_without_number_are_refused_before_anything_is_signed()
    {
        SigningSubject[] many = [.. Enumerable.Range(0, BundlePlaces.MostCopies + 1).Select(i => File("/w/" + i.ToString(CultureInfo.InvariantCulture)))];
        Assert.Equal(BundlePlaces.MostCopies, Places(Request).OfAttestation(many[1..], 1, "p").Count);
        Assert.Contains("--bundle-dir", Usage(() => Places(Request).OfAttestation(many, 1, "p")), StringComparison.Ordinal);
        Assert.Contains("no files here", Usage(() => Places(Request).OfAttestation([new SigningSubject("i", many[0].Digest)], 1, "p")), StringComparison.Ordinal);
    }

    [Fact]
    public void Signatures_keep_the_tree_of_their_files()
    {
        var places = Places(Request with { BundleDirectory = "/out" });
        Assert.Equal(["/out/a/x.zip.sigstore.json", "/out/b/x.zip.sigstore.json"], places.OfSignatures([File("/w/a/x.zip"), File("/w/b/x.zip")]));
        Assert.Equal(["/out/x.zip.sigstore.json"], places.OfSignatures([File("/elsewhere/x.zip")]));
    }

    [Fact]
    public void Two_files_never_share_a_bundle()
    {
        Assert.Contains("would share", Usage(() => Places(Request with { BundleDirectory = "/out" }).OfSignatures([File("/e/x.zip"), File("/f/x.zip")])), StringComparison.Ordinal);
        Assert.Contains("only in case", Usage(() => Places(Request).OfSignatures([File("/w/A.zip"), File("/w/a.zip")])), StringComparison.Ordinal);
        Assert.Contains("--bundle names one file", Usage(() => Places(Request with { Bundle = "b" }).OfSignatures([File("/w/a"), File("/w/b")])), StringComparison.Ordinal);
    }

    private static BundlePlaces Places(SigningRequest request) => new(request, "/w");

    private static SigningSubject File(string path) => new(Path.GetFileName(path), SubjectDigest.Of(Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(path))), path);

    private static string Usage(Action places)
    {
        var refused = Assert.Throws<AgentException>(places);
        Assert.Equal(AgentFault.Usage, refused.Fault);
        return refused.Message;
    }
}
