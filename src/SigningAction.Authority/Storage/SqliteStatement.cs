using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>One prepared statement of a <see cref="SqliteSession"/>, which owns it.</summary>
internal sealed class SqliteStatement(SqliteCommand command)
{
    /// <summary>Runs it and returns the number of changed rows.</summary>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs it and reads its rows; the caller disposes the reader before the next run.</summary>
    public SqliteDataReader Query(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return command.ExecuteReader();
    }

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                Sha256Digest digest => digest.ToArray(),
                ReadOnlyMemory<byte> bytes => Array(bytes),
                var value => value,
            };
        }
    }

    /// <summary>The array behind the bytes where they are all of it: leaves are, and need no copy.</summary>
    private static byte[] Array(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();
}
