using SharpFuzz;
using SigningAction.Testing;
using SigningAction.Verifier.Tests;

// SigningAction.Fuzz READER           reads one input from standard input; under afl-fuzz as many as it likes. A refusal is no finding, any other exception is one.
// SigningAction.Fuzz --list           prints the readers
// SigningAction.Fuzz --corpus FOLDER  writes a good sample for each reader
switch (args)
{
    case ["--list"]:
        using (var evidence = new EvidenceReaders())
        {
            Console.WriteLine(string.Join('\n', Readers(evidence).Keys.Order(StringComparer.Ordinal)));
        }

        return 0;
    case ["--corpus", var folder]:
        using (var evidence = new EvidenceReaders())
        {
            foreach (var (name, reader) in Readers(evidence))
            {
                File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, name)).FullName, "sample"), reader.Sample);
            }
        }

        return 0;
    case [var name]:
        // Made at the first input: an instrumented assembly has nowhere to write before the fuzzer has said where.
        var made = new Lazy<Action<byte[]>>(() => Readers(new EvidenceReaders())[name].Read);
        Fuzzer.Run(stream =>
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            try
            {
                made.Value(bytes.ToArray());
            }
            catch (Exception e) when (VerifierReaders.IsRefusal(e))
            {
                // Refused with a reason.
            }
        });
        return 0;
    default:
        Console.Error.WriteLine("Name a reader that --list prints, or --corpus FOLDER.");
        return 2;
}

static Dictionary<string, (byte[] Sample, Action<byte[]> Read)> Readers(EvidenceReaders evidence) =>
    evidence.All.Concat(new VerifierReaders().All).ToDictionary(reader => reader.Key, reader => reader.Value, StringComparer.Ordinal);
