using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SigningAction.Authority.Storage;

/// <summary>A connection and the statements that were prepared on it; they end together. Used by one caller at a time.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly List<SqliteCommand> _commands = [];
    private readonly List<sqlite3_stmt> _direct = [];

    public SqliteConnection Connection => connection;

    /// <summary>Every statement that was prepared: a test asks the database how it runs them.</summary>
    public IReadOnlyList<SqliteCommand> Prepared => _commands;

    /// <summary>Prepares a statement with parameters <c>$1</c>, <c>$2</c>, … that lives as long as the session.</summary>
    public SqliteStatement Prepare(string constantSql, int parameters)
    {
        var command = connection.CreateCommand();
        _commands.Add(command);
#pragma warning disable CA2100 // Every caller passes a constant of this assembly; values are parameters.
        command.CommandText = constantSql;
#pragma warning restore CA2100
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}", Value = DBNull.Value });
        }

        command.Prepare();
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v3(connection.Handle, constantSql, raw.SQLITE_PREPARE_PERSISTENT, out var direct), connection.Handle);
        _direct.Add(direct);
        return new SqliteStatement(command, direct);
    }

    public void Dispose()
    {
        _direct.ForEach(statement => statement.Dispose());
        _commands.ForEach(command => command.Dispose());
        connection.Dispose();
    }
}
