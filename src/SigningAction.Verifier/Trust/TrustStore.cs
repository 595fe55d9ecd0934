using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Network;
using SigningAction.Verifier.Sources;

namespace SigningAction.Verifier.Trust;

/// <summary>Finds the trusted roots of a run. It asks the network only when what is needed is not at hand, and never when that is out of bounds.</summary>
internal sealed class TrustStore(Surroundings surroundings)
{
    private const string Target = "trusted_root.json";

    /// <summary>The roots to verify with.</summary>
    /// <exception cref="EvidenceException">They are refused.</exception>
    /// <exception cref="ProblemException">They cannot be had.</exception>
    public TrustedRoots Load(TrustChoice choice)
    {
        try
        {
            return Find(choice);
        }
        catch (EvidenceException e) when (Problem.Of(e.Failure).Exit == ExitCode.Refused)
        {
            // What trust is made of is not the artifact's: a list or a certificate in it that is refused says nothing about what was to be verified.
            throw ProblemException.NotChecked(e.Failure.Fault, "Give another trusted root or TUF root; this is none of a Sigstore instance.", e);
        }
    }

    private TrustedRoots Find(TrustChoice choice)
    {
        if (choice.TrustedRootPath is { } path)
        {
            return FromFile(path);
        }

        var root = FirstRoot(choice);
        var cached = TufCache.Of(Address(choice), surroundings)?.Load(root, Target);
        if (cached?.Target is { } target)
        {
            return FromCache(choice, root, cached.Trust, target);
        }

        // Whoever has never updated trusts what the program carries. Who has is not thrown back to it by a cache that somebody damaged.
        if (choice.IsPublicGood && cached is null or { IsEmpty: true })
        {
            var bytes = EmbeddedTrust.TrustedRoot();
            var taken = DateTimeOffset.Parse(EmbeddedTrust.Origin("taken") + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
            return new TrustedRoots([TrustedRoot.Parse(bytes)], new TrustOrigin("embedded", EmbeddedTrust.Origin("package"), Sha256Digest.Of(bytes), taken));
        }

        return !MayAsk(choice)
            ? throw (cached is { IsEmpty: false, Failure: { } fault }
                ? fault is EvidenceException { Failure: var failure }
                    ? new EvidenceException(failure.Code, $"The cached trust of {Address(choice).AbsoluteUri} is refused: {failure.Fault}", fault)
                    : fault
                : ProblemException.NotChecked(
                    $"No trust of {Address(choice).AbsoluteUri} is cached, and --offline forbids to fetch it.",
                    "Run signing-verifier trust update with the same options, once."))
            : Update(choice, root, mustKeep: false);
    }

    /// <summary>Fetches the newest roots, even where those at hand would do.</summary>
    /// <exception cref="EvidenceException">They are refused; what was cached stays.</exception>
    /// <exception cref="ProblemException">They cannot be had.</exception>
    public TrustedRoots Update(TrustChoice choice) => Update(choice, FirstRoot(choice), mustKeep: true);

    private static TrustedRoots FromFile(string path)
    {
        var bytes = SmallFile.ReadTrustedRoot(path);
        var taken = path != InputFile.StandardInput && File.Exists(path) ? Seconds(File.GetLastWriteTimeUtc(path)) : (DateTimeOffset?)null;
        try
        {
            return new TrustedRoots(TrustedRoot.ParseAll(bytes), new TrustOrigin("file", InputFile.Name(path), Sha256Digest.Of(bytes), taken));
        }
        catch (EvidenceException e) when (e.Code == FailureCode.TrustedRootMalformed && MistakenRoot.Of(path, bytes) is { } mistaken)
        {
            throw new ProblemException(mistaken);
        }
    }

    /// <summary>As exact as every other time in an answer.</summary>
    private static DateTimeOffset Seconds(DateTime utc) => DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(utc).ToUnixTimeSeconds());

    private TrustedRoots FromCache(TrustChoice choice, byte[] root, TufTrust trust, byte[] target)
    {
        if (!choice.AcceptExpired && trust.Expires <= surroundings.Time.GetUtcNow())
        {
            if (MayAsk(choice))
            {
                return Update(choice, root, mustKeep: false);
            }

            trust.RequireFresh(surroundings.Time.GetUtcNow());
        }

        return Tuf(Address(choice), trust, target, TufCache.Of(Address(choice), surroundings)?.Taken);
    }

    private TrustedRoots Update(TrustChoice choice, byte[] root, bool mustKeep)
    {
        var address = Address(choice);
        var cache = TufCache.Of(address, surroundings);
        var known = cache?.Load(root, Target) ?? new CachedTrust(TufTrust.Start(root, DateTimeOffset.MinValue), null, null);
        using var web = new WebClient(surroundings);
        try
        {
            ITufSource source = address.IsFile ? new TufFolder(address.LocalPath) : new TufMirror(address, web);
            var now = surroundings.Time.GetUtcNow();
            var (trust, target) = TufClient.Update(known, source, Target, now);

            // Read before it is kept: what cannot be used must not take the place of what can.
            var roots = Tuf(address, trust, target, now);
            return cache?.Keep(trust, root, Target, target) == true || !mustKeep
                ? roots
                : throw ProblemException.NotChecked("The trust was fetched, but the cache folder cannot be written.", "Set XDG_CACHE_HOME to a folder that this user may write.");
        }
        catch (EvidenceException e) when (Problem.Of(e.Failure).Exit == ExitCode.Refused)
        {
            throw ProblemException.NotChecked(e.Failure.Fault, "Check --tuf-url; this is no TUF repository of a Sigstore instance.", e);
        }
    }

    private static TrustedRoots Tuf(Uri address, TufTrust trust, byte[] target, DateTimeOffset? taken) =>
        new(TrustedRoot.ParseAll(target), new TrustOrigin("tuf", address.AbsoluteUri, Sha256Digest.Of(target), taken) { Tuf = trust });

    private static byte[] FirstRoot(TrustChoice choice) => choice.TufRootPath is { } path ? SmallFile.ReadTufRoot(path) : EmbeddedTrust.TufRoot();

    private static Uri Address(TrustChoice choice) => choice.TufUrl ?? new Uri(EmbeddedTrust.Repository + "/");

    private static bool MayAsk(TrustChoice choice) => !choice.Offline || Address(choice).IsFile;
}
