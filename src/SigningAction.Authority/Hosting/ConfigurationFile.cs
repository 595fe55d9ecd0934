using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Hosting;

/// <summary>Reads and writes <c>authority.json</c>. A member that is not known is an error: a misspelt limit would leave its default in force without a word.</summary>
public static class ConfigurationFile
{
    private const int LargestFile = 1024 * 1024;

    /// <summary>Reads and validates.</summary>
    /// <exception cref="ConfigurationRefusedException">It is wrong; every fault is in the message.</exception>
    /// <exception cref="IOException">It is missing, or cannot be read.</exception>
    public static AuthorityConfiguration Read(string path)
    {
        var content = ReadBytes(path);
        var (configuration, wrong) = ConfigurationText.Read(content);
        string[] faults = [.. wrong, .. configuration is null ? [] : Faults(configuration)];
        return faults.Length == 0
            ? configuration!
            : throw new ConfigurationRefusedException($"{path} is refused:{string.Concat(faults.Select(fault => $"{Environment.NewLine}  {fault}"))}");
    }

    /// <summary>Writes a new file, durably.</summary>
    /// <exception cref="ConfigurationRefusedException">The configuration is wrong.</exception>
    /// <exception cref="IOException">It exists, or the medium refused.</exception>
    public static void Create(string path, AuthorityConfiguration configuration)
    {
        if (Faults(configuration).FirstOrDefault() is { } fault)
        {
            throw new ConfigurationRefusedException(fault);
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(configuration, ConfigurationJson.Readable.AuthorityConfiguration);
        DurableFile.Create(path, [.. json, (byte)'\n'], DurableFile.Public);
    }

    /// <summary>Opened, not asked for first: what may not be looked at is not missing, and whoever is told so would make a second authority.</summary>
    private static byte[] ReadBytes(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"{path} is a directory, and must be the configuration's file. Restore it from its backup.");
        }

        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > LargestFile)
            {
                throw new ConfigurationRefusedException($"{path} is larger than {LargestFile} bytes.");
            }

            var content = new byte[length];
            return content[..RandomAccess.Read(file, content, 0)];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"There is no {path}. Name the authority's directory, or make one with 'signing-authority init'.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path} may not be read by this user. Run the command as the user that the authority runs as.", e);
        }
    }

    private static IEnumerable<string> Faults(AuthorityConfiguration configuration)
    {
        if (AuthorityUrl.Fault(configuration.Url) is { } urlFault)
        {
            yield return $"url {urlFault}";
        }

        if (string.IsNullOrWhiteSpace(configuration.Organization) || configuration.Organization.Length > 64 || configuration.Organization.Any(char.IsControl))
        {
            yield return "organization must be a name of 1 to 64 characters (RFC 5280, ub-organization-name).";
        }

        if (configuration.Listen is { } listen && !ListenAddress.TryParse(listen, out _))
        {
            yield return "listen must be http://ADDRESS:PORT with an IP address or localhost.";
        }

        foreach (var proxy in configuration.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _)))
        {
            yield return $"trustedProxies: '{proxy}' is not an IP address.";
        }

        foreach (var fault in configuration.Clock.Faults().Concat(configuration.Log.Faults()).Concat(configuration.Limits.Faults()).Concat(configuration.Ledger.Faults()).Concat(configuration.Bundles.Faults()))
        {
            yield return fault;
        }

        if (new ExchangeOptionsValidator().Validate(null, configuration.Exchange) is { Failed: true, Failures: { } failures })
        {
            foreach (var failure in failures)
            {
                yield return failure;
            }
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    ReadCommentHandling = JsonCommentHandling.Skip,
    WriteIndented = true)]
[JsonSerializable(typeof(AuthorityConfiguration))]
internal sealed partial class ConfigurationJson : JsonSerializerContext
{
    [field: AllowNull]
    public static ConfigurationJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
