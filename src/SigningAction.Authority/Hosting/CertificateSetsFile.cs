using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// <c>certificates.json</c>: every set of certificates that the authority has or had. Written by <c>renew</c> alone, whole and at once, and read strictly. While it is
/// not there, there is the set that <c>init</c> made.
/// </summary>
public static class CertificateSetsFile
{
    /// <summary>Sets in the life of an authority; a trusted root holds that many with room to spare.</summary>
    public const int MostSets = 16;

    private const int LargestFile = 16 * 1024;

    /// <summary>Reads and validates.</summary>
    /// <exception cref="ConfigurationRefusedException">It is wrong.</exception>
    public static IReadOnlyList<CertificateSetRecord> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [new CertificateSetRecord { Number = 1 }];
        }

        IReadOnlyList<CertificateSetRecord>? sets;
        try
        {
            sets = new FileInfo(path).Length > LargestFile ? null : JsonSerializer.Deserialize(File.ReadAllBytes(path), CertificateSetsJson.Default.CertificateSetList)?.Sets;
        }
        catch (JsonException e)
        {
            throw new ConfigurationRefusedException(
                $"{path} is not a list of certificate sets (line {e.LineNumber + 1 ?? 0}): {e.Message} Restore it from the backup, with the certificates.", e);
        }

        return IsSound(sets)
            ? sets!
            : throw new ConfigurationRefusedException(
                $"{path} is refused: sets are numbered 1, 2, 3 and so on, and one or two of them, the last, are not replaced. Restore it from the backup, with the certificates.");
    }

    /// <summary>Writes the list durably, in place of the one that may be there: the moment in which a renewal is done.</summary>
    /// <exception cref="IOException">The medium refused; the old list is in force.</exception>
    public static void Write(string path, IReadOnlyList<CertificateSetRecord> sets) => DurableFile.Replace(
        path,
        IsSound(sets)
            ? [.. JsonSerializer.SerializeToUtf8Bytes(new CertificateSetList { Sets = sets }, CertificateSetsJson.Default.CertificateSetList), (byte)'\n']
            : throw new ArgumentException("No list of sets.", nameof(sets)),
        DurableFile.Public);

    private static bool IsSound(IReadOnlyList<CertificateSetRecord>? sets) =>
        sets is { Count: > 0 and <= MostSets }
        && sets.All(set => set is not null)
        && !sets.Where((set, i) => set.Number != i + 1).Any()
        && sets.SkipWhile(set => set.Replaced is not null).ToList() is { Count: 1 or 2 } rest
        && rest.All(set => set.Replaced is null);
}

/// <summary>The file.</summary>
internal sealed record CertificateSetList
{
    public required IReadOnlyList<CertificateSetRecord> Sets { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    WriteIndented = true)]
[JsonSerializable(typeof(CertificateSetList))]
internal sealed partial class CertificateSetsJson : JsonSerializerContext;
