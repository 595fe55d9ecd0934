using System.Text.Json;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Tests.Documents;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Tests.Policy;

public sealed class PolicySchemaTests
{
    [Fact]
    public void The_schema_that_is_checked_in_is_the_one_that_is_generated()
    {
        var checkedIn = File.ReadAllText(GeneratedDocument.PathOf("Policy", PolicySchema.FileName));
        Assert.True(checkedIn == PolicySchema.Text(), $"Run: signing-authority policy schema > src/SigningAction.Authority/Policy/{PolicySchema.FileName}");
    }

    [Fact]
    public void Every_key_that_the_schema_offers_is_one_that_the_loader_knows()
    {
        using var schema = JsonDocument.Parse(PolicySchema.Text());
        var keys = schema.RootElement.GetProperty("definitions").GetProperty("allow_rule").GetProperty("properties").EnumerateObject().Select(property => property.Name).ToArray();
        Assert.Equal(17, keys.Length);
        foreach (var key in keys)
        {
            // The value is wrong for each; only a key that is unknown is refused for its name.
            Assert.DoesNotContain(
                Assert.Throws<PolicyLoadException>(() => PolicyTexts.Load(PolicyTexts.Head + $"allow:\n  - {key}: []\n")).Errors,
                error => error.Message.Contains("unknown key", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_language_reference_names_every_key()
    {
        var reference = File.ReadAllText(GeneratedDocument.PathOf("POLICY.md"));
        using var schema = JsonDocument.Parse(PolicySchema.Text());
        foreach (var key in schema.RootElement.GetProperty("definitions").GetProperty("allow_rule").GetProperty("properties").EnumerateObject())
        {
            Assert.Contains($"`{key.Name}`", reference, StringComparison.Ordinal);
        }
    }
}
