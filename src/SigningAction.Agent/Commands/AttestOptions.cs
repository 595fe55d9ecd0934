using System.CommandLine;
using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Commands;

/// <summary>What only <c>attest</c> has: subjects that are no files here, and predicates. Names and meaning are those of the inputs of actions/attest.</summary>
internal sealed class AttestOptions
{
    private readonly Option<string[]> _subjectPath = new("--subject-path")
    {
        Description = "The same as PATH, as a list: one path or glob a line, or with commas between.",
        HelpName = "LIST",
    };

    private readonly Option<string> _subjectDigest = new("--subject-digest")
    {
        Description = "Digest of a subject that is no file here, for example an image; beside --subject-name.",
        HelpName = "sha256:HEX",
    };

    private readonly Option<string> _subjectName = new("--subject-name")
    {
        Description = "Name of the subject; for an image its full name without tag. Beside files the name of every one of them, instead of its own.",
        HelpName = "NAME",
    };

    private readonly Option<string> _subjectChecksums = new("--subject-checksums")
    {
        Description = "Checksum file as sha256sum or sha512sum writes it: every line is a subject.",
        HelpName = "FILE",
    };

    private readonly Option<string> _sbomPath = new("--sbom-path") { Description = "Attest this SBOM: SPDX 2 or 3, or CycloneDX, as JSON.", HelpName = "FILE" };

    private readonly Option<string> _predicateType = new("--predicate-type") { Description = "Type of a predicate of your own.", HelpName = "URI" };

    private readonly Option<string> _predicate = new("--predicate") { Description = "That predicate: a JSON object.", HelpName = "JSON" };

    private readonly Option<string> _predicatePath = new("--predicate-path") { Description = "That predicate as a file.", HelpName = "FILE" };

    private readonly Option<string> _statement = new("--statement") { Description = "Sign this in-toto statement, byte for byte as it is.", HelpName = "FILE" };

    private readonly Option<bool> _pushToRegistry = new("--push-to-registry")
    {
        Description = "Every subject is an image: attach the attestation to it in its registry, with the log-in that 'docker login' left (for ghcr.io else the variable GITHUB_TOKEN).",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _subjectPath, _subjectDigest, _subjectName, _subjectChecksums, _sbomPath, _predicateType, _predicate, _predicatePath, _statement, _pushToRegistry })
        {
            command.Options.Add(option);
        }
    }

    /// <summary><paramref name="request"/> with what these options add.</summary>
    public SigningRequest Read(ParseResult result, SigningRequest request, AgentEnvironment environment)
    {
        var read = request with
        {
            Paths = [.. request.Paths, .. (result.GetValue(_subjectPath) ?? []).SelectMany(SubjectPathList.Parse)],
            SubjectDigest = result.GetValue(_subjectDigest),
            SubjectName = result.GetValue(_subjectName),
            SubjectChecksums = result.GetValue(_subjectChecksums),
            SbomPath = result.GetValue(_sbomPath),
            PredicateType = result.GetValue(_predicateType),
            Predicate = result.GetValue(_predicate),
            PredicatePath = result.GetValue(_predicatePath),
            Statement = result.GetValue(_statement),
            PushToRegistry = result.GetValue(_pushToRegistry),
        };
        return read.Statement is null ? read.OrDeclared(environment) : read;
    }
}
