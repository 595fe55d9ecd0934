using System.Globalization;
using SigningAction.Evidence.Tests.Documents;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>
/// Feeds mutants of good input to everything that reads bytes of strangers: a refusal is a reason, and nothing else escapes. Seeded, so a failure
/// repeats; SIGNINGACTION_FUZZ_ROUNDS makes it longer by hand.
/// </summary>
public sealed class HostileBytesTests : IDisposable
{
    private const int Rounds = 400;

    private readonly EvidenceReaders _readers = new();

    public static TheoryData<string> Names { get; } =
    [
        "bundle", "attestation", "attestation in Rekor v1", "body of Rekor v1", "witness policy", "TUF root", "TUF timestamp", "TUF snapshot", "TUF targets", "envelope", "statement", "log entry", "log entry's body", "checkpoint", "certificate", "authority certificate",
        "promise", "promises", "promise beside", "timestamp", "timestamp request", "signature", "key", "RSA key", "trusted root",
        "signing config", "client trust config", "entries of a tile", "certificate tile", "tile path", "workflow URI",
    ];

    public void Dispose() => _readers.Dispose();

    [Fact]
    public void Every_reader_is_tried() => Assert.Equal(_readers.All.Keys.Order(StringComparer.Ordinal), Names.Select(row => row.Data).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Hostile_bytes_are_refused_with_a_reason_and_nothing_else(string name)
    {
        var (sample, read) = _readers.All[name];
        read(sample);
        var donors = _readers.All.Values.Select(reader => reader.Sample).ToArray();
        var rounds = int.Parse(Environment.GetEnvironmentVariable("SIGNINGACTION_FUZZ_ROUNDS") ?? Rounds.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        for (var seed = 0; seed < rounds; seed++)
        {
            var mutant = new Mutator(seed).Mutate(sample, donors[seed % donors.Length]);
            try
            {
                read(mutant);
            }
            catch (EvidenceException)
            {
                continue;
            }
            catch (Exception e) when (e is not EvidenceException)
            {
                Assert.Fail($"seed {seed}: {e.GetType().Name} from {Convert.ToBase64String(mutant)}\n{e}");
            }
        }
    }

    [Fact]
    public void Every_reader_has_a_corpus_and_reads_it_without_a_crash()
    {
        var corpus = Path.Combine(GeneratedDocument.Root, "tests", "SigningAction.Fuzz", "corpus");
        Assert.All(_readers.All, reader =>
        {
            var files = Directory.GetFiles(Path.Combine(corpus, reader.Key));
            Assert.NotEmpty(files);
            foreach (var file in files)
            {
                try
                {
                    reader.Value.Read(File.ReadAllBytes(file));
                }
                catch (EvidenceException)
                {
                    // Keys of another day: refused with a reason.
                }
            }
        });
    }
}
