using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Policy.Language;
using SigningAction.Yaml;

namespace SigningAction.Authority.Policy;

/// <summary>
/// <c>signing-policy.yml</c>: bytes in, a compiled policy or located errors out. The language is described in POLICY.md.
/// </summary>
public static class PolicyFile
{
    /// <summary>The usual name of the file.</summary>
    public const string DefaultName = "signing-policy.yml";

    /// <summary>How a command line names standard input.</summary>
    private const string StandardInput = "-";

    private const int FirstRead = 16 * 1024;

    /// <summary>Reads a file, at most one byte more than <see cref="Limits.PolicyBytes"/>.</summary>
    /// <exception cref="IOException">It could not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a directory.</exception>
    public static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        // It is read each second, so memory follows the file and not the cap.
        var content = new byte[FirstRead];
        var length = 0;
        int read;
        while ((read = file.Read(content.AsSpan(length))) > 0)
        {
            length += read;
            if (length > Limits.PolicyBytes)
            {
                break;
            }

            if (length == content.Length)
            {
                Array.Resize(ref content, Math.Min(2 * length, Limits.PolicyBytes + 1));
            }
        }

        return content[..length];
    }

    /// <summary>Where the file that a command line names is: <c>-</c> is standard input.</summary>
    public static string OnDisk(string path) => path == StandardInput ? "/dev/stdin" : path;

    /// <summary>Reads and compiles a file.</summary>
    /// <exception cref="PolicyLoadException">It is not a policy.</exception>
    /// <exception cref="IOException">It could not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a directory.</exception>
    public static SigningPolicy Load(string path) => Parse(Read(OnDisk(path)), path);

    /// <summary>Compiles the content of a file; <paramref name="name"/> stands in the errors. Its version is the SHA-256 of the content.</summary>
    /// <exception cref="PolicyLoadException">It is not a policy.</exception>
    public static SigningPolicy Parse(ReadOnlySpan<byte> content, string name)
    {
        var errors = new PolicyErrors(name);
        var document = PolicyDocument.Of(YamlTree.Read(PolicyText.Decode(content, errors), errors), errors, []);
        var rules = document.ReadRules();
        errors.ThrowIfAny();
        var version = Sha256Digest.Of(content);
        return rules.Count == 0 ? SigningPolicy.DenyAll(version) : SigningPolicy.Compile(version, rules);
    }
}
