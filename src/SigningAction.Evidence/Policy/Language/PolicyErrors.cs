using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy.Language;

/// <summary>Collects the errors of one file, so that an author sees all of them at once. All are counted, at most <see cref="Limits.PolicyErrors"/> kept.</summary>
/// <param name="file">The file's name as it stands in the errors.</param>
public sealed class PolicyErrors(string file)
{
    private readonly List<PolicyLoadError> _errors = [];

    /// <summary>How many there are so far, also of those that are not kept: whoever reads on must see that the last part had one.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one at the place of a node.</summary>
    public void Add(PolicyNode node, string message) => Add(node.Line, node.Column, message);

    /// <summary>Adds one.</summary>
    public void Add(int line, int column, string message)
    {
        Count++;
        if (_errors.Count < Limits.PolicyErrors)
        {
            _errors.Add(new PolicyLoadError(file, line, column, message));
        }
    }

    /// <summary>Refuses the file here and now: what follows cannot be understood.</summary>
    public PolicyLoadException Stop(int line, int column, string message)
    {
        Add(line, column, message);
        return Refusal();
    }

    /// <summary>Ends the loading where there is an error.</summary>
    /// <exception cref="PolicyLoadException">With all of them.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw Refusal();
        }
    }

    private PolicyLoadException Refusal() => new([.. _errors.OrderBy(error => (error.Line, error.Column))]);
}
