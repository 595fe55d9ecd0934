using SigningAction.Benchmarks.Measurements;

var benchmarks = new (string Name, Func<Task> RunAsync)[]
{
    ("append", AppendBenchmark.RunAsync),
    ("append-load", AppendLoadBenchmark.RunAsync),
    ("exchange", ExchangeBenchmark.RunAsync),
    ("exchange-cores", ExchangeBenchmark.RunOnFewCoresAsync),
    ("overload", OverloadBenchmark.RunAsync),
    ("growth", GrowthBenchmark.RunAsync),
    ("timestamps", TimestampBenchmark.RunAsync),
    ("verify", () => Task.Run(VerifyBenchmark.Run)),
    ("process", () => Task.Run(ProcessBenchmark.Run)),
    ("hash", () => Task.Run(HashBenchmark.Run)),
    ("many", () => Task.Run(ManyBenchmark.Run)),
    ("parts", PartsBenchmark.RunAsync),
    ("step", StepBenchmark.RunAsync),
    ("step-large", StepBenchmark.RunLargeAsync),
    ("step-hash", () => Task.Run(StepHashBenchmark.Run)),
};
var chosen = benchmarks.Where(benchmark => (args is ["all"] && benchmark.Name is not ("exchange-cores" or "step-large")) || args.Contains(benchmark.Name, StringComparer.Ordinal)).ToList();
if (args.Length == 0 || (args is not ["all"] && chosen.Count != args.Length))
{
    Console.Error.WriteLine($"Name one or more of: {string.Join(", ", benchmarks.Select(benchmark => benchmark.Name))}; or all.");
    return 2;
}

foreach (var (_, runAsync) in chosen)
{
    await runAsync();
}

return 0;
