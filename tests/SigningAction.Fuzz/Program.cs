using SharpFuzz;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

// SigningAction.Fuzz READER           reads one input from standard input; under afl-fuzz as many as it likes. A refusal is no finding, any other exception is one.
// SigningAction.Fuzz --list           prints the readers
// SigningAction.Fuzz --corpus FOLDER  writes a good sample for each reader
switch (args)
{
    case ["--list"]:
        using (var readers = new EvidenceReaders())
        {
            Console.WriteLine(string.Join('\n', readers.All.Keys.Order(StringComparer.Ordinal)));
        }

        return 0;
    case ["--corpus", var folder]:
        using (var readers = new EvidenceReaders())
        {
            foreach (var (name, reader) in readers.All)
            {
                File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(folder, name)).FullName, "sample"), reader.Sample);
            }
        }

        return 0;
    case [var name]:
        // Made at the first input: an instrumented assembly has nowhere to write before the fuzzer has said where.
        var made = new Lazy<EvidenceReaders>();
        Fuzzer.Run(stream =>
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            try
            {
                made.Value.All[name].Read(bytes.ToArray());
            }
            catch (EvidenceException)
            {
                // Refused with a reason.
            }
        });
        return 0;
    default:
        Console.Error.WriteLine("Name a reader that --list prints, or --corpus FOLDER.");
        return 2;
}
