using System.Security.Cryptography;
using System.Text;

namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>The file of <c>GITHUB_OUTPUT</c>: what later steps read as <c>steps.ID.outputs.NAME</c>.</summary>
public static class OutputFile
{
    /// <summary>Appends one output. The delimiter is 128 random bits, so no value can end its own block and begin another output.</summary>
    public static void Append(string path, string name, string value)
    {
        var delimiter = "out_" + RandomNumberGenerator.GetHexString(32, lowercase: true);
        if (value.Contains(delimiter, StringComparison.Ordinal))
        {
            throw new AgentException(AgentFault.Internal, "A step output holds its own delimiter; run the step again.");
        }

        File.AppendAllText(path, $"{name}<<{delimiter}\n{value}\n{delimiter}\n", new UTF8Encoding(false));
    }
}
