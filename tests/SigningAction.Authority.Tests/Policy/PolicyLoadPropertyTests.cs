using System.Text;
using CsCheck;
using SigningAction.Authority.Policy;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Tests.Policy;

/// <summary>Loading is total: whatever the bytes, there is a policy or there are located errors that are safe to show.</summary>
public sealed class PolicyLoadPropertyTests
{
    private static readonly string[] Fragments =
    [
        "version: 1\n", "allow:\n", "allow: none\n", "deny:\n", "  - ", "- ", "    ", "name: a\n", "repository_id: 1\n", "ref: refs/heads/main\n", "event: [push]\n", "{", "}", "[", "]", ",",
        ": ", "? ", "&a ", "*a", "!t ", "!!str ", "|\n", ">-\n", "'", "\"", "\\", "#", "%YAML 1.2\n", "%TAG ! x\n", "---\n", "...\n", "<<: ", "\t", "\r", "\n", "\u2028", "\uFEFF", "\0", "é", "😀", "~", "0x1",
        "pattern: '['\n", "`", "@", "x",
    ];

    [Fact]
    public void Any_bytes() => Gen.Byte.Array[0, 300].Sample(Loads, iter: 3000);

    [Fact]
    public void Any_pieces_of_YAML() => Gen.OneOfConst(Fragments).Array[0, 60].Sample(pieces => Loads(Encoding.UTF8.GetBytes(string.Concat(pieces))), iter: 5000);

    [Fact]
    public void Any_edit_of_a_policy()
    {
        var policy = Encoding.UTF8.GetBytes(PolicyTexts.Valid);
        Gen.Select(Gen.Int[0, policy.Length - 1], Gen.Int[0, 20], Gen.OneOf(Gen.OneOfConst(Fragments).Select(Encoding.UTF8.GetBytes), Gen.Byte.Array[0, 3])).Sample((at, removed, inserted) =>
            Loads([.. policy.AsSpan(0, at), .. inserted, .. policy.AsSpan(Math.Min(policy.Length, at + removed))]), iter: 5000);
    }

    [Fact]
    public void Any_lines_of_policies_in_any_order_and_any_number_of_times()
    {
        // Well-formed YAML nearly always, so that what reads the rules is reached, and with one key in a mapping again and again.
        string[] conditions =
        [
            "name: a", "name: b", "issuer: https://issuer.example", "repository_id: 1", "owner_id: 65", "owner_id: [66, 67]", "owner: octo", "repository: octo/app", "event: push", "event: [push, schedule]",
            "workflow: .github/workflows/release.yml", "ref: refs/heads/main", "ref: { pattern: 'refs/tags/v.*' }", "ref: { pattern: a, pattern: b }", "runner: self-hosted", "environment: x", "event: { }", "ref: []",
        ];
        var rule = Gen.OneOfConst(conditions).Array[1, 12].Select(lines => "  - " + string.Join("\n    ", lines) + "\n");
        var list = Gen.Select(Gen.OneOfConst("allow:\n", "deny:\n"), rule.Array[1, 3], (key, rules) => key + string.Concat(rules));
        var top = Gen.OneOf(list, list, Gen.OneOfConst("allow: none\n", "issuer: https://issuer.example\n", "version: 1\n"));
        top.Array[1, 4].Sample(parts => Loads(Encoding.UTF8.GetBytes("version: 1\n" + string.Concat(parts))), iter: 5000);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("\"")]
    [InlineData("a: ")]
    [InlineData("{a: ")]
    [InlineData("\n")]
    [InlineData("&a ")]
    [InlineData("|\n ")]
    [InlineData("!")]
    public void A_megabyte_of_one_token(string token) => Loads(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(token, 1_000_000 / token.Length))));

    private static void Loads(byte[] content)
    {
        try
        {
            Assert.NotNull(PolicyFile.Parse(content, "p.yml"));
        }
        catch (PolicyLoadException e)
        {
            Assert.NotEmpty(e.Errors);
            var lines = 1 + content.Count(value => value == (byte)'\n');
            Assert.All(e.Errors, error =>
            {
                Assert.InRange(error.Line, 1, lines);
                Assert.InRange(error.Column, 1, content.Length + 1);
                Assert.DoesNotContain(error.ToString(), char.IsControl);
                Assert.NotEmpty(error.Message);
            });
        }
    }
}
