using System.Globalization;
using SigningAction.Agent.Statements;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Statements;

public sealed class ProvenanceStatementTests
{
    [Fact]
    public void A_statement_names_each_file_once()
    {
        var statement = Statement.Parse(ProvenanceStatement.Create([File("a", 1), File("a", 1), File("a", 2), File("b", 1)], InMemorySigstore.Workflow));
        Assert.Equal(["a", "a", "b"], statement.Subjects.Select(subject => subject.Name));
    }

    [Fact]
    public void More_files_than_one_statement_may_name_are_refused()
    {
        SubjectFile[] files = [.. Enumerable.Range(0, Limits.Subjects + 1).Select(i => File($"f{i}", i))];
        Assert.Equal(Limits.Subjects, Statement.Parse(ProvenanceStatement.Create(files[1..], InMemorySigstore.Workflow)).Subjects.Count);
        Assert.Equal(AgentFault.TooManySubjects, Assert.Throws<AgentException>(() => ProvenanceStatement.Create(files, InMemorySigstore.Workflow)).Fault);
    }

    [Fact]
    public void An_identity_without_a_workflow_has_no_provenance() => Assert.Equal(
        AgentFault.IdentityIncomplete,
        Assert.Throws<AgentException>(() => ProvenanceStatement.Create([File("a", 1)], InMemorySigstore.Workflow with { RepositoryUri = null })).Fault);

    private static SubjectFile File(string name, int content) =>
        new(name, Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(content.ToString(CultureInfo.InvariantCulture))), "/" + name);
}
