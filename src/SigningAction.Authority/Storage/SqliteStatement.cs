using System.Text;
using Microsoft.Data.Sqlite;
using SigningAction.Evidence.Encoding;
using SQLitePCL;

namespace SigningAction.Authority.Storage;

/// <summary>
/// One prepared statement of a <see cref="SqliteSession"/>, which owns it. What only writes goes to SQLite itself: the library above looks every parameter up by its name
/// and makes a reader for each run, which is half of what a row costs.
/// </summary>
/// <param name="command">Runs it for its rows.</param>
/// <param name="direct">The same statement once more, for the runs that have none.</param>
internal sealed class SqliteStatement(SqliteCommand command, sqlite3_stmt direct)
{
    /// <summary>Text up to this length is encoded on the stack, three bytes a character at most.</summary>
    private const int ShortText = 512;

    /// <summary>Runs it and returns the number of rows that it inserted, changed or deleted.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        var database = command.Connection!.Handle!;
        try
        {
            for (var i = 0; i < values.Length; i++)
            {
                Require(Bind(direct, i + 1, values[i]), database);
            }

            int outcome;
            do
            {
                outcome = raw.sqlite3_step(direct);
            }
            while (outcome == raw.SQLITE_ROW);

            Require(outcome, database);
            return raw.sqlite3_changes(database);
        }
        finally
        {
            // What the run itself said was asked above; this repeats it.
            _ = raw.sqlite3_reset(direct);
            _ = raw.sqlite3_clear_bindings(direct);
        }
    }

    /// <summary>Runs it and reads its rows; the caller disposes the reader before the next run.</summary>
    public SqliteDataReader Query(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                Sha256Digest digest => digest.ToArray(),
                ReadOnlyMemory<byte> bytes => bytes.ToArray(),
                var value => value,
            };
        }

        return command.ExecuteReader();
    }

    private static int Bind(sqlite3_stmt statement, int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, place),
        long number => raw.sqlite3_bind_int64(statement, place, number),
        int number => raw.sqlite3_bind_int64(statement, place, number),
        bool flag => raw.sqlite3_bind_int64(statement, place, flag ? 1 : 0),
        string text => BindText(statement, place, text),
        Sha256Digest digest => raw.sqlite3_bind_blob(statement, place, digest.Span),
        ReadOnlyMemory<byte> bytes => BindBytes(statement, place, bytes.Span),
        byte[] bytes => BindBytes(statement, place, bytes),
        _ => throw new InvalidOperationException($"No column holds a {value.GetType().Name}."),
    };

    /// <summary>A pointer to nothing would be NULL, and not an empty value.</summary>
    private static int BindBytes(sqlite3_stmt statement, int place, ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, place, 0) : raw.sqlite3_bind_blob(statement, place, bytes);

    private static int BindText(sqlite3_stmt statement, int place, string text)
    {
        if (text.Length is 0 or > ShortText)
        {
            return raw.sqlite3_bind_text(statement, place, text);
        }

        Span<byte> utf8 = stackalloc byte[3 * ShortText];
        return raw.sqlite3_bind_text(statement, place, utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }

    private static void Require(int outcome, sqlite3 database)
    {
        if (outcome is not (raw.SQLITE_OK or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(outcome, database);
        }
    }
}
