using System.Text;
using SigningAction.Agent.Statements;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Tests.Statements;

public sealed class PredicateTests : IDisposable
{
    private readonly TestPlace _place = new();

    [Theory]
    [InlineData("""{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","packages":[]}""", "https://spdx.dev/Document/v2.3", "spdx")]
    [InlineData("""{"spdxVersion":"SPDX-2.2","SPDXID":"SPDXRef-DOCUMENT"}""", "https://spdx.dev/Document/v2.2", "spdx")]
    [InlineData("""{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[]}""", "https://spdx.dev/Document/v3", "spdx")]
    [InlineData("""{"@context":["https://x.example","https://spdx.org/rdf/3.0.1/spdx-context.jsonld"],"@graph":[]}""", "https://spdx.dev/Document/v3", "spdx")]
    [InlineData("""{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:1"}""", "https://cyclonedx.org/bom", "cyclonedx")]
    [InlineData("""{"bomFormat":"CycloneDX","specVersion":"1.6"}""", "https://cyclonedx.org/bom", "cyclonedx")]
    public void The_type_of_an_SBOM_is_found_in_it_and_the_document_is_the_predicate(string json, string type, string kind)
    {
        _place.Write("sbom.json", "\uFEFF" + json);
        var predicate = SbomPredicate.Read("sbom.json", _place.Directory_);
        Assert.Equal((type, kind, json), (predicate.Type, predicate.Kind, Encoding.UTF8.GetString(predicate.Json.Span)));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("SPDXVersion: SPDX-2.3")]
    [InlineData("<bom/>")]
    [InlineData("""{"spdxVersion":"SPDX-2.3"}""")]
    [InlineData("""{"spdxVersion":"SPDX-2.3/../../x","SPDXID":"a"}""")]
    [InlineData("""{"bomFormat":"CycloneDX"}""")]
    [InlineData("""{"bomFormat":"\ud800","specVersion":"1.6"}""")]
    [InlineData("""{"bomFormat":"CycloneDX","specVersion":"1.6","specVersion":"1.5"}""")]
    [InlineData("""{"@context":"https://evil.example/?https://spdx.org/rdf/3.0","@graph":[]}""")]
    public void What_says_of_itself_neither_is_refused_by_name(string content)
    {
        _place.Write("sbom.json", content);
        var refused = Assert.Throws<AgentException>(() => SbomPredicate.Read("sbom.json", _place.Directory_));
        Assert.Equal((AgentFault.Usage, "sbom.json"), (refused.Fault, refused.File));
    }

    [Fact]
    public void A_predicate_is_taken_as_it_is_written_from_text_or_file()
    {
        _place.Write("p.json", "{ \"a\" : [1, 2] }\n");
        Assert.Equal("{ \"a\" : [1, 2] }\n", Encoding.UTF8.GetString(CustomPredicate.Read("https://x.example/v1", null, "p.json", _place.Directory_).Json.Span));
        var text = CustomPredicate.Read("https://x.example/v1", "{}", null, _place.Directory_);
        Assert.Equal("https://x.example/v1", text.Type);
        Assert.NotEqual(text.Kind, CustomPredicate.Read("https://x.example/v2", "{}", null, _place.Directory_).Kind);
    }

    [Theory]
    [InlineData("https://x.example/v1", "{\"a\":1,}")]
    [InlineData("https://x.example/v1", "{\"a\":1,\"a\":2}")]
    [InlineData("https://x.example/v1", "[]")]
    [InlineData("https://x.example/v1", "\"text\"")]
    [InlineData("https://x.example/v1", "")]
    [InlineData("test-result", "{}")]
    [InlineData("https://x.example/a b", "{}")]
    public void A_predicate_that_consumers_would_read_in_two_ways_is_refused(string type, string json) =>
        Assert.Equal(AgentFault.Usage, Assert.Throws<AgentException>(() => CustomPredicate.Read(type, json, null, _place.Directory_)).Fault);

    [Fact]
    public void A_predicate_over_the_cap_is_refused_unread()
    {
        using (var file = File.Create(_place.PathOf("p.json")))
        {
            file.SetLength(Limits.PayloadBytes + 1L);
        }

        Assert.Contains("16777217", Assert.Throws<AgentException>(() => CustomPredicate.Read("https://x.example/v1", null, "p.json", _place.Directory_)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _place.Dispose();
}
