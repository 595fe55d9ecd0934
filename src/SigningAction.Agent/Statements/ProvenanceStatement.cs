using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Agent.Statements;

/// <summary>The statement of <c>attest</c>: these files, made by this run of this workflow.</summary>
public static class ProvenanceStatement
{
    /// <summary>The statement as JSON; two files of the same name and digest are one subject.</summary>
    /// <param name="files">What was built.</param>
    /// <param name="identity">From the verified certificate, never from the environment.</param>
    /// <exception cref="AgentException"><see cref="AgentFault.TooManySubjects"/> or <see cref="AgentFault.IdentityIncomplete"/>.</exception>
    public static byte[] Create(IReadOnlyList<SubjectFile> files, PipelineIdentity identity)
    {
        List<Subject> subjects = [.. files.DistinctBy(f => (f.Name, f.Digest)).Select(f => new Subject(f.Name, f.Digest))];
        if (subjects.Count > Limits.Subjects)
        {
            throw new AgentException(
                AgentFault.TooManySubjects,
                $"{subjects.Count} files are too many for one statement, {Limits.Subjects} is the most. Attest them in several runs, or attest an archive or a checksum file of them.");
        }

        try
        {
            return new Statement(subjects, SlsaProvenance.PredicateType, SlsaProvenance.Predicate(identity)).ToJson();
        }
        catch (ArgumentException e)
        {
            // A person, or a pipeline of another platform: the certificate does not know a workflow, and inventing one would be a lie.
            throw new AgentException(
                AgentFault.IdentityIncomplete,
                "The certificate does not say which workflow this is, so there is no provenance to attest: use 'sign', or 'attest --statement' with a statement of your own.",
                e);
        }
    }
}
