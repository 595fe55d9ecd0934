using System.Text.Json;

namespace SigningAction.Agent;

/// <summary>Exit code and stable text of each <see cref="AgentFault"/>.</summary>
public static class AgentFaults
{
    /// <summary>Exit code: everything was signed, verified and written.</summary>
    public const int Success = 0;

    /// <summary>Exit code: refused, by policy or because a token, an answer or a file is bad.</summary>
    public const int Refused = 1;

    /// <summary>Exit code: the command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Exit code: could not: input or output, a service that is down, or a fault of ours. Worth another try.</summary>
    public const int CouldNot = 3;

    /// <summary>The process's exit code for <paramref name="fault"/>.</summary>
    public static int ExitCode(AgentFault fault) => fault switch
    {
        AgentFault.NoIdentity or AgentFault.TokenMalformed or AgentFault.TokenExpired or AgentFault.PrivateRepository or AgentFault.RefusedByService
            or AgentFault.AnswerForAnother or AgentFault.EvidenceRefused or AgentFault.IdentityIncomplete
            or AgentFault.SubjectRefused or AgentFault.SubjectChanged or AgentFault.TooManySubjects
            or AgentFault.ForeignCode => Refused,
        AgentFault.Usage or AgentFault.NoMatch => Usage,
        _ => CouldNot,
    };

    /// <summary>The stable text of a fault, for example <c>NO_IDENTITY</c>.</summary>
    public static string Text(AgentFault fault) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(fault.ToString());
}
