using Microsoft.Data.Sqlite;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Tests.Storage;

/// <summary>How the database runs every statement of the program: what it costs must not grow with the log.</summary>
public sealed class QueryPlanTests
{
    /// <summary>A row a log, and one row: these do not grow.</summary>
    private static readonly string[] Small = ["heads", "probe"];

    private static readonly string[] WithoutPlan = ["BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_statement_scans_or_sorts_a_table_that_grows(bool writes)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("l.db");
        await SqliteLedgerStore.Create(path).DisposeAsync();
        using var session = new SqliteSession(writes ? SqliteSchema.OpenWriter(path) : SqliteSchema.OpenReader(path));
        using IDisposable statements = writes ? new SqliteWriter(session) : new SqliteReader(session);
        var planned = Planned(session);
        Assert.True(planned.Count >= 8);
        foreach (var statement in planned)
        {
            Assert.All(Plan(session.Connection, statement), step => Assert.True(IsBounded(step), $"{step}: {statement.CommandText}"));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_statement_over_bundles_scans_or_sorts_but_the_one_that_reads_them_all(bool writes)
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("b.db");
        using (var store = new SqliteBundleStore(path, new BundleRoom(64, 0)))
        {
            Assert.Null((await store.AddAsync(Sha256Digest.Of([2]), "{}"u8.ToArray(), [Sha256Digest.Of([1])], TimeProvider.System.GetUtcNow(), 8, TestContext.Current.CancellationToken)).Full);
        }

        using var session = new SqliteSession(writes ? SqliteSchema.OpenWriter(path) : SqliteSchema.OpenReader(path));
        using var statements = new BundleSession(session);
        var planned = Planned(session);
        Assert.True(planned.Count >= 7);
        foreach (var statement in planned)
        {
            var unbounded = Plan(session.Connection, statement).Where(step => !IsBounded(step));
            if (statement.CommandText == "SELECT id, said, sha256, data FROM bundles ORDER BY id")
            {
                Assert.Equal("SCAN bundles", Assert.Single(unbounded)); // fsck reads every bundle, once and in their order.
            }
            else
            {
                Assert.Empty(unbounded);
            }
        }
    }

    [Fact]
    public async Task A_scan_and_a_sort_are_seen_by_this_test()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.File("l.db");
        await SqliteLedgerStore.Create(path).DisposeAsync();
        using var session = new SqliteSession(SqliteSchema.OpenReader(path));
        _ = session.Prepare("SELECT idx FROM leaves WHERE data=$1", 1);
        _ = session.Prepare("SELECT idx FROM audit WHERE log=$1 ORDER BY time", 1);
        Assert.All(session.Prepared, statement => Assert.Contains(Plan(session.Connection, statement), step => !IsBounded(step)));
    }

    private static List<SqliteCommand> Planned(SqliteSession session) =>
        [.. session.Prepared.Where(statement => !WithoutPlan.Any(word => statement.CommandText.StartsWith(word, StringComparison.Ordinal)))];

    private static bool IsBounded(string step) =>
        !step.Contains("TEMP B-TREE", StringComparison.Ordinal)
        && (!step.StartsWith("SCAN ", StringComparison.Ordinal) || step == "SCAN CONSTANT ROW" || Small.Contains(step["SCAN ".Length..], StringComparer.Ordinal));

    private static List<string> Plan(SqliteConnection connection, SqliteCommand statement)
    {
        using var explain = connection.CreateCommand();
        explain.CommandText = "EXPLAIN QUERY PLAN " + statement.CommandText;
        foreach (SqliteParameter parameter in statement.Parameters)
        {
            explain.Parameters.AddWithValue(parameter.ParameterName, 1);
        }

        using var reader = explain.ExecuteReader();
        var steps = new List<string>();
        while (reader.Read())
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
    }
}
