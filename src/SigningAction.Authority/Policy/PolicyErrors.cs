using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Policy;

/// <summary>Collects the errors of one file, so that an author sees all of them at once.</summary>
internal sealed class PolicyErrors(string file)
{
    private readonly List<PolicyLoadError> _errors = [];

    public int Count => _errors.Count;

    public void Add(YamlNode node, string message) => Add(node.Line, node.Column, message);

    public void Add(int line, int column, string message)
    {
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

    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw Refusal();
        }
    }

    private PolicyLoadException Refusal() => new([.. _errors.OrderBy(error => (error.Line, error.Column))]);
}
