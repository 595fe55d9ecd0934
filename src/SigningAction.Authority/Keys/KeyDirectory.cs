using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Keys;

/// <summary>
/// Private keys as files: PKCS#8 in PEM, one a key, mode 0600 in a directory of mode 0700. Whoever else could read a key could already have copied it,
/// so wider permissions are refused and never mended silently.
/// </summary>
public sealed class KeyDirectory
{
    private const int LargestKeyFile = 16 * 1024;
    private const UnixFileMode OwnerDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersAny =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly string _path;
    private readonly Func<AuthorityKey, ECDsa, ECDsa>? _through;

    private KeyDirectory(string path, Func<AuthorityKey, ECDsa, ECDsa>? through = null) => (_path, _through) = (path, through);

    /// <summary>How the keys that were loaded from here stand.</summary>
    public KeyStates States { get; } = new();

    /// <summary>Makes the directory, which must not exist yet.</summary>
    /// <exception cref="KeyRefusedException">Something is there already.</exception>
    public static KeyDirectory Create(string path)
    {
        path = Path.GetFullPath(path);
        if (Path.Exists(path))
        {
            throw new KeyRefusedException($"{path} exists already; keys are never overwritten. Choose another directory, or move that one away.");
        }

        if (OperatingSystem.IsWindows())
        {
            throw NoModes();
        }

        Directory.CreateDirectory(path, OwnerDirectory);
        Libc.SyncDirectory(Path.GetDirectoryName(path)!);
        return Open(path);
    }

    /// <summary>Takes a directory that is there.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="through">Gives, for each key that is loaded, the key that signs in its place; every signature of it is verified before it is used.</param>
    /// <exception cref="KeyRefusedException">It is missing, or others than its owner may enter.</exception>
    public static KeyDirectory Open(string path, Func<AuthorityKey, ECDsa, ECDsa>? through = null)
    {
        path = Path.GetFullPath(path);
        if (!Directory.Exists(path))
        {
            throw new KeyRefusedException($"There is no key directory {path}. Make the authority with 'signing-authority init'.");
        }

        RefuseOthers(path, "700");
        return new KeyDirectory(path, through);
    }

    /// <summary>The file of a key.</summary>
    /// <param name="key">Its use.</param>
    /// <param name="log">The number of a log that was started later than the authority; 0 for the keys of <c>init</c>.</param>
    public string PathOf(AuthorityKey key, int log = 0) =>
        Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{FileName(key)}{(log == 0 ? "" : $"-{log}")}.pem"));

    /// <summary>Makes an ECDSA P-256 key and writes it durably before anything can be signed with it.</summary>
    /// <inheritdoc cref="PathOf"/>
    /// <exception cref="KeyRefusedException">The key is there already.</exception>
    public ECDsa Generate(AuthorityKey key, int log = 0)
    {
        var path = PathOf(key, log);
        if (Path.Exists(path))
        {
            throw new KeyRefusedException($"{path} exists already; keys are never overwritten.");
        }

        var generated = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pkcs8 = generated.ExportPkcs8PrivateKey();
        var pem = PemEncoding.WriteUtf8("PRIVATE KEY"u8, pkcs8);
        try
        {
            DurableFile.Create(path, pem, DurableFile.OwnerOnly);
            return generated;
        }
        catch
        {
            generated.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
            CryptographicOperations.ZeroMemory(pem);
        }
    }

    /// <summary>Moves a key of which nobody knows a use out of the way, if it is there. It is kept: keys are never overwritten or deleted here.</summary>
    /// <inheritdoc cref="PathOf"/>
    public void SetAside(AuthorityKey key, int log)
    {
        if (PathOf(key, log) is var path && Path.Exists(path))
        {
            File.Move(path, $"{path}.{Guid.NewGuid():N}.unused");
            Libc.SyncDirectory(_path);
        }
    }

    /// <summary>Reads a key. The caller owns it.</summary>
    /// <inheritdoc cref="PathOf"/>
    /// <exception cref="KeyRefusedException">Missing, readable by others, a symbolic link, or no ECDSA key in PKCS#8 PEM.</exception>
    public ECDsa Load(AuthorityKey key, int log = 0)
    {
        var path = PathOf(key, log);
        var file = new FileInfo(path);
        if (!file.Exists || file.LinkTarget is not null || file.Length > LargestKeyFile)
        {
            throw new KeyRefusedException($"{path} is no key file. Restore it from the backup of the keys; without it the authority cannot go on under its name.");
        }

        RefuseOthers(path, "600");
        var pem = File.ReadAllBytes(path);
        var text = new char[pem.Length];
        var loaded = ECDsa.Create();
        try
        {
            Encoding.ASCII.GetChars(pem, text);
            loaded.ImportFromPem(text);
            var name = Path.GetFileNameWithoutExtension(path);
            var proven = _through is null ? null : new ProvenKey(key, name, _through(key, loaded), loaded.ExportParameters(false));
            States.Add(name, proven);
            return proven is null ? loaded : proven;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            loaded.Dispose();
            throw new KeyRefusedException($"{path} is no ECDSA private key in PKCS#8 PEM.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
            text.AsSpan().Clear();
        }
    }

    private static string FileName(AuthorityKey key) => key switch
    {
        AuthorityKey.CaRoot => "ca-root",
        AuthorityKey.CaIntermediate => "ca-intermediate",
        AuthorityKey.TsaRoot => "tsa-root",
        AuthorityKey.Tsa => "tsa",
        AuthorityKey.LogSignatures => "log-signatures",
        AuthorityKey.LogCertificates => "log-certificates",
        AuthorityKey.LogAudit => "log-audit",
        _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Not a key."),
    };

    private static void RefuseOthers(string path, string mode)
    {
        if (OperatingSystem.IsWindows())
        {
            throw NoModes();
        }

        if ((File.GetUnixFileMode(path) & OthersAny) != 0)
        {
            throw new KeyRefusedException($"{path} can be used by others than its owner. Treat its keys as known to them, or run 'chmod {mode} {path}' if nobody else was on the machine.");
        }
    }

    private static PlatformNotSupportedException NoModes() => new("Key files are protected by Unix file modes; Windows has none.");
}
