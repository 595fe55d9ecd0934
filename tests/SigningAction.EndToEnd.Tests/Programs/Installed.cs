namespace SigningAction.EndToEnd.Tests.Programs;

/// <summary>
/// The real programs that tests/run has built and installed. Run by hand without it, a test that needs one skips and says so; in CI it fails.
/// </summary>
internal static class Installed
{
    /// <summary>Debian's cosign 3.</summary>
    public static string Cosign => Find("SIGNINGACTION_COSIGN", Reason("SIGNINGACTION_COSIGN_ABSENT"));

    /// <summary>The command that Debian's sigstore-go ships.</summary>
    public static string SigstoreGo => Find("SIGNINGACTION_SIGSTORE_GO", Reason("SIGNINGACTION_SIGSTORE_GO_ABSENT"));

    /// <summary>Node 20 or newer.</summary>
    public static string Node => Find("SIGNINGACTION_NODE", Reason("SIGNINGACTION_NODE_ABSENT"));

    /// <summary>The folder of the JavaScript peer: our scripts, which import <c>sigstore</c> from the node_modules beside them.</summary>
    public static string JavaScriptPeers => Find("SIGNINGACTION_PEERS", Reason("SIGNINGACTION_NODE_ABSENT"));

    /// <summary>The published agent.</summary>
    public static string Agent => Find("SIGNINGACTION_AGENT", null);

    /// <summary>The published authority.</summary>
    public static string Authority => Find("SIGNINGACTION_AUTHORITY", null);

    /// <summary>The published verifier, a native program.</summary>
    public static string Verifier => Find("SIGNINGACTION_VERIFIER", null);

    /// <summary>The folder of the packages that were packed.</summary>
    public static string Packages => Find("SIGNINGACTION_PACKAGES", null);

    /// <summary>The folder of the action's image: <c>oci</c>, an OCI layout, and <c>rootfs</c>, the same unpacked.</summary>
    public static string Image => Find("SIGNINGACTION_IMAGE", Reason("SIGNINGACTION_IMAGE_ABSENT"));

    /// <summary>strace, which may attach to a process of ours.</summary>
    public static string Strace => Find("SIGNINGACTION_STRACE", Reason("SIGNINGACTION_STRACE_ABSENT"));

    /// <summary>Skips where the kernel lets nobody mount a file system of his own.</summary>
    public static void RequireMounts() => Find("SIGNINGACTION_MOUNTS", Reason("SIGNINGACTION_MOUNTS_ABSENT"));

    /// <summary>Whether there is a published authority; without one nothing can be started.</summary>
    public static bool HasAuthority => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("SIGNINGACTION_AUTHORITY"));

    private static string Find(string variable, string? absent)
    {
        var path = Environment.GetEnvironmentVariable(variable);
        if (!string.IsNullOrEmpty(path))
        {
            return path;
        }

        // tests/run decides which absence CI forgives, by this very text.
        var reason = absent ?? $"{variable} is not set: use tests/run, or set what 'tests/run --setup' prints";
        Assert.SkipWhen(absent is not null || Environment.GetEnvironmentVariable("CI") != "true", reason);
        throw new InvalidOperationException(reason);
    }

    private static string? Reason(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } reason ? reason : null;
}
