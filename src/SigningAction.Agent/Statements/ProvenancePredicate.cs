using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Policy;

namespace SigningAction.Agent.Statements;

/// <summary>The predicate of <c>attest</c> where no other is asked for: made by this run of this workflow.</summary>
public static class ProvenancePredicate
{
    /// <summary>SLSA provenance.</summary>
    /// <param name="identity">From the verified certificate, never from the environment.</param>
    /// <exception cref="AgentException"><see cref="AgentFault.IdentityIncomplete"/>.</exception>
    public static AttestationPredicate Create(PipelineIdentity identity)
    {
        try
        {
            return new AttestationPredicate(SlsaProvenance.PredicateType, SlsaProvenance.Predicate(identity), Kind);
        }
        catch (ArgumentException e)
        {
            // A person, or a pipeline of another platform: the certificate does not know a workflow, and inventing one would be a lie.
            throw new AgentException(
                AgentFault.IdentityIncomplete,
                "The certificate does not say which workflow this is, so there is no provenance to attest: "
                    + "use 'sign', or 'attest' with --sbom-path, --predicate-type or --statement.",
                e);
        }
    }

    /// <summary>Its word in file names.</summary>
    public const string Kind = "provenance";
}
