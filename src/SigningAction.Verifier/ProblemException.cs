namespace SigningAction.Verifier;

/// <summary>Ends the run before there is a verdict on evidence: a usage error, or input that could not be read.</summary>
public sealed class ProblemException : Exception
{
    private ProblemException(Problem problem, Exception? inner)
        : base(problem.Fault, inner) => Problem = problem;

    /// <summary>Whether nobody answered: whoever is asked again will not answer either.</summary>
    internal bool IsOfTransport => InnerException is HttpRequestException or IOException or OperationCanceledException;

    /// <summary>Ends the run, or the work on one artifact, with a problem that is known.</summary>
    public ProblemException(Problem problem)
        : this(problem, null)
    {
    }

    /// <summary>What to tell.</summary>
    public Problem Problem { get; }

    /// <summary>The command line is wrong.</summary>
    public static ProblemException Usage(string fault) =>
        new(new Problem(ExitCode.Usage, Problem.UsageCode, fault, "See signing-verifier verify --help."), null);

    /// <summary>Something outside the evidence is in the way.</summary>
    public static ProblemException NotChecked(string fault, string remedy, Exception? inner = null) =>
        new(new Problem(ExitCode.NotChecked, Problem.NotCheckedCode, fault, remedy), inner);
}
