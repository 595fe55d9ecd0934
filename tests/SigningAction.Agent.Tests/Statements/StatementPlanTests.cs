using System.Globalization;
using SigningAction.Agent.Statements;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Statements;

public sealed class StatementPlanTests
{
    private static readonly AttestationPredicate Predicate = new("https://x.example/v1", "{\"a\":1}"u8.ToArray(), "custom");

    [Fact]
    public void A_name_with_its_digest_is_one_subject_however_often_it_is_found() =>
        Assert.Equal(["a", "a", "b"], Assert.Single(StatementPlan.Split([Subject("a", 1), Subject("a", 1), Subject("a", 2), Subject("b", 1)])).Select(s => s.Name));

    [Fact]
    public void More_subjects_than_one_statement_may_have_make_more_statements_in_the_same_order()
    {
        SigningSubject[] subjects = [.. Enumerable.Range(0, (2 * Limits.Subjects) + 1).Select(i => Subject($"f{i}", i))];
        var parts = StatementPlan.Split(subjects);
        Assert.Equal([Limits.Subjects, Limits.Subjects, 1], parts.Select(p => p.Count));
        Assert.Equal(subjects, parts.SelectMany(p => p));
        Assert.Equal(Limits.Subjects, Statement.Parse(StatementPlan.Write(parts[0], Predicate)).Subjects.Count);
    }

    [Fact]
    public void A_statement_that_no_verifier_would_read_is_not_written()
    {
        var large = Predicate with { Json = System.Text.Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', Limits.PayloadBytes - 20)}\"}}") };
        Assert.Equal(AgentFault.Usage, Assert.Throws<AgentException>(() => StatementPlan.Write([Subject("a", 1)], large)).Fault);
    }

    [Fact]
    public void An_identity_without_a_workflow_has_no_provenance() => Assert.Equal(
        AgentFault.IdentityIncomplete,
        Assert.Throws<AgentException>(() => ProvenancePredicate.Create(InMemorySigstore.Workflow with { RepositoryUri = null })).Fault);

    private static SigningSubject Subject(string name, int content) =>
        new(name, SubjectDigest.Of(Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(content.ToString(CultureInfo.InvariantCulture)))), "/" + name);
}
