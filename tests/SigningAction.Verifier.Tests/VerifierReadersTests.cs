using System.Globalization;
using System.Text;
using SigningAction.Testing;

namespace SigningAction.Verifier.Tests;

/// <summary>
/// Feeds mutants of good answers to everything that the verifier reads of strangers besides evidence: a refusal is a reason, and nothing else escapes. Seeded, so a
/// failure repeats; coverage-guided runs are <c>tests/fuzz</c>.
/// </summary>
public sealed class VerifierReadersTests
{
    private const int Rounds = 400;

    private static readonly VerifierReaders Readers = new();

    /// <summary>What a program that expects objects does not expect.</summary>
    private static readonly string[] Odd =
    [
        "", "null", "[]", "{}", "[null]", "[[]]", "7", "\"\\ud800\"", "{\"attestations\":null}", "{\"attestations\":[null]}", "{\"attestations\":[{}]}",
        "{\"attestations\":[{\"bundle\":null,\"bundle_url\":null}]}", "{\"attestations\":[{\"bundle\":[],\"bundle_url\":\"x\"}]}", "{\"manifests\":null}", "{\"manifests\":[null]}",
        "{\"manifests\":[{}]}", "{\"manifests\":[{\"digest\":null}]}", "{\"layers\":null}", "{\"layers\":[null]}", "{\"layers\":[{}]}", "{\"subject\":{}}", "{\"id\":null}",
        "[{\"name\":null}]", "[{\"name\":\"\"}]", "[{\"name\":\"\\u0000\\u001b[2J\"}]", "[{\"name\":\"\\ud800\"}]", "[{\"name\":\"a\",\"digest\":7}]", "version: 1", "version: [", "allow: *a", "? : ?",
    ];

    public static TheoryData<string> Names { get; } =
    [
        "verification policy", "attestations of GitHub", "compressed bundle of GitHub", "release of GitHub", "assets of GitHub", "referrers of a registry",
        "manifest of a registry", "bundles of an authority",
    ];

    [Fact]
    public void Every_reader_is_tried() => Assert.Equal(Readers.All.Keys.Order(StringComparer.Ordinal), Names.Select(row => row.Data).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Hostile_bytes_are_refused_with_a_reason_and_nothing_else(string name)
    {
        var (sample, read) = Readers.All[name];
        read(sample);
        var donors = Readers.All.Values.Select(reader => reader.Sample).ToArray();
        foreach (var odd in Odd)
        {
            Try(read, Encoding.UTF8.GetBytes(odd), odd);
        }

        var rounds = int.Parse(Environment.GetEnvironmentVariable("SIGNINGACTION_FUZZ_ROUNDS") ?? Rounds.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        for (var seed = 0; seed < rounds; seed++)
        {
            Try(read, new Mutator(seed).Mutate(sample, donors[seed % donors.Length]), $"seed {seed}");
        }
    }

    [Fact]
    public void Every_reader_has_a_corpus_and_no_corpus_is_without_a_reader()
    {
        using var evidence = new EvidenceReaders();
        var corpus = Path.Combine(Root(), "tests", "SigningAction.Fuzz", "corpus");
        Assert.Equal(
            Readers.All.Keys.Concat(evidence.All.Keys).Order(StringComparer.Ordinal), Directory.GetDirectories(corpus).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Readers.All, reader =>
        {
            var files = Directory.GetFiles(Path.Combine(corpus, reader.Key));
            Assert.NotEmpty(files);
            Assert.All(files, file => Try(reader.Value.Read, File.ReadAllBytes(file), file));
        });
    }

    private static void Try(Action<byte[]> read, byte[] bytes, string what)
    {
        try
        {
            read(bytes);
        }
        catch (Exception e) when (VerifierReaders.IsRefusal(e))
        {
            // Refused with a reason.
        }
        catch (Exception e)
        {
            Assert.Fail($"{what}: {e.GetType().Name} from {Convert.ToBase64String(bytes)}\n{e}");
        }
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SigningAction.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
