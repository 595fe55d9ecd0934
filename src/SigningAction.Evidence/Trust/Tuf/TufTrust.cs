using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust.Tuf;

/// <summary>
/// What is known of a TUF repository, from a trusted root on (the client workflow of the TUF specification, section 5). A value: each file that is
/// accepted makes the next one, and a file that is refused leaves this one as it was. It fetches nothing; <see cref="Next"/> says what to fetch.
/// </summary>
public sealed record TufTrust
{
    private TufTrust(TufRoot root, DateTimeOffset now)
    {
        Root = root;
        Now = now;
    }

    private enum Step
    {
        Root,
        Timestamp,
        Snapshot,
        Targets,
        Done,
    }

    /// <summary>What is needed next; null when the metadata is complete.</summary>
    public TufFetch? Next => At switch
    {
        Step.Root => new TufFetch($"{RootVersion + 1}.root.json", Limits.TufRootBytes, MayBeAbsent: true),
        Step.Timestamp => new TufFetch("timestamp.json", Limits.TufTimestampBytes),
        Step.Snapshot => Versioned(SnapshotInfo, "snapshot", Limits.TufSnapshotBytes),
        Step.Targets => Versioned(TargetsInfo, "targets", Limits.TufTargetsBytes),
        _ => null,
    };

    /// <summary>Whether every kind of metadata is there and agrees.</summary>
    public bool IsComplete => At == Step.Done;

    /// <summary>Version of the newest root that is trusted.</summary>
    public int RootVersion => Root.Version;

    /// <summary>Version of the timestamp; 0 before there is one.</summary>
    public int TimestampVersion => Timestamp?.Envelope.Version ?? 0;

    /// <summary>When the first of the files stops being good.</summary>
    public DateTimeOffset Expires => Envelopes.Min(file => file.Expires);

    /// <summary>Every accepted file but the first root. The timestamp is last: who keeps them in this order never keeps one that names a missing file.</summary>
    public IReadOnlyList<TufFile> Files
    {
        get
        {
            var files = new List<TufFile>(NewRoots);
            if (IsComplete)
            {
                files.Add(new TufFile($"{Targets!.Envelope.Version}.targets.json", Targets.Envelope.Bytes));
                files.Add(new TufFile($"{Snapshot!.Envelope.Version}.snapshot.json", Snapshot.Envelope.Bytes));
                files.Add(new TufFile("timestamp.json", Timestamp!.Envelope.Bytes));
            }

            return files;
        }
    }

    private TufRoot Root { get; init; }

    private DateTimeOffset Now { get; init; }

    private Step At { get; init; }

    private TufListing? Timestamp { get; init; }

    private TufListing? Snapshot { get; init; }

    private TufListing? Targets { get; init; }

    private IReadOnlyList<TufFile> NewRoots { get; init; } = [];

    private TufFileInfo SnapshotInfo => Timestamp!.Files["snapshot.json"];

    private TufFileInfo TargetsInfo => Snapshot!.Files["targets.json"];

    private IEnumerable<TufEnvelope> Envelopes =>
        new[] { Root.Envelope, Timestamp?.Envelope, Snapshot?.Envelope, Targets?.Envelope }.OfType<TufEnvelope>();

    /// <summary>Begins with a root that was got from a place that is trusted. It may have expired: newer ones follow from it.</summary>
    /// <param name="root">The bytes of a <c>root.json</c>.</param>
    /// <param name="now">
    /// The time against which everything is judged; <see cref="DateTimeOffset.MinValue"/> when only versions matter, as for a cache that is about to be
    /// refreshed.
    /// </param>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TufMalformed"/> or <see cref="FailureCode.TufSignature"/>.</exception>
    public static TufTrust Start(ReadOnlySpan<byte> root, DateTimeOffset now) => new(TufRoot.ParseTrusted(root), now);

    /// <summary>Asks for everything again, at a new time. What is known is kept to be compared with: no version may ever go down.</summary>
    public TufTrust Refresh(DateTimeOffset now) => this with { Now = now, At = Step.Root };

    /// <summary>Takes the file that <see cref="Next"/> asks for.</summary>
    /// <exception cref="EvidenceException">A TUF code; this value still stands.</exception>
    public TufTrust Accept(ReadOnlySpan<byte> bytes) => At switch
    {
        Step.Root => AcceptRoot(bytes),
        Step.Timestamp => AcceptTimestamp(bytes),
        Step.Snapshot => AcceptSnapshot(bytes),
        Step.Targets => AcceptTargets(bytes),
        _ => throw new InvalidOperationException("Nothing more is needed."),
    };

    /// <summary>Takes the answer that the file of <see cref="Next"/> does not exist.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TufMissing"/> where it must; <see cref="FailureCode.TufExpired"/> when the newest root is too old.</exception>
    public TufTrust Absent()
    {
        if (Next is not { MayBeAbsent: true } missing)
        {
            throw new EvidenceException(FailureCode.TufMissing, $"The TUF repository lacks {Next?.Path ?? "a file"}.");
        }

        Root.Envelope.RequireFresh(Now);
        return this with { At = Step.Timestamp };
    }

    /// <summary>Judges the age of everything, for metadata that was read without a time.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TufExpired"/>.</exception>
    public void RequireFresh(DateTimeOffset now)
    {
        foreach (var envelope in Envelopes)
        {
            envelope.RequireFresh(now);
        }
    }

    /// <summary>Where a target is.</summary>
    /// <param name="name">Its name in the metadata, for example <c>trusted_root.json</c>.</param>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TufMissing"/> when the repository does not list it; <see cref="FailureCode.TooLarge"/>.</exception>
    public TufFetch Target(string name)
    {
        var info = Listed(name);
        if (info.Length > Limits.TrustedRootBytes)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"The TUF target {name} has {info.Length} bytes, {Limits.TrustedRootBytes} is the most.");
        }

        var folder = name[..(name.LastIndexOf('/') + 1)];
        return new TufFetch($"targets/{folder}{info.Sha256 ?? info.Sha512}.{name[folder.Length..]}", info.Length!.Value);
    }

    /// <summary>Requires that the bytes are the target's.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TufMismatch"/> or <see cref="FailureCode.TufMissing"/>.</exception>
    public void RequireTarget(string name, ReadOnlySpan<byte> bytes) => Listed(name).Require(bytes);

    private TufFileInfo Listed(string name) =>
        !IsComplete ? throw new InvalidOperationException("The metadata is not complete.")
        : Targets!.Files.GetValueOrDefault(name)
            ?? throw new EvidenceException(FailureCode.TufMissing, $"The TUF repository lists no target {PrintableText.Exact(name)}.");

    private static TufFetch Versioned(TufFileInfo info, string role, int most) => info.Length > most
        ? throw new EvidenceException(FailureCode.TooLarge, $"The TUF {role} has {info.Length} bytes, {most} is the most.")
        : new TufFetch($"{info.Version}.{role}.json", info.Length ?? most);

    private TufTrust AcceptRoot(ReadOnlySpan<byte> bytes)
    {
        if (NewRoots.Count == Limits.TufRootRotations)
        {
            throw new EvidenceException(FailureCode.TooMany, $"The TUF repository has more than {Limits.TufRootRotations} roots behind the one that is trusted.");
        }

        var root = Root.Next(bytes);
        var trust = this with { Root = root, NewRoots = [.. NewRoots, new TufFile(Next!.Path, root.Envelope.Bytes)] };

        // A thief of the online keys may have signed the highest version there is; with new keys the count begins anew (section 5.3.11).
        return root.Timestamp.SameAs(Root.Timestamp) && root.Snapshot.SameAs(Root.Snapshot)
            ? trust
            : trust with { Timestamp = null, Snapshot = null, Targets = null };
    }

    private TufTrust AcceptTimestamp(ReadOnlySpan<byte> bytes)
    {
        var timestamp = TufListing.ParseTimestamp(bytes);
        Root.Timestamp.Require(timestamp.Envelope);
        if (Timestamp is { } known)
        {
            RequireNotOlder("timestamp", known.Envelope.Version, timestamp.Envelope.Version);
            RequireNotOlder("snapshot", SnapshotInfo.Version, timestamp.Files["snapshot.json"].Version);

            // The same version again is the same file, or should be: the one that was known first stays (section 5.4.3).
            timestamp = known.Envelope.Version == timestamp.Envelope.Version ? known : timestamp;
        }

        timestamp.Envelope.RequireFresh(Now);
        return (this with { Timestamp = timestamp, At = Step.Snapshot }).Reuse();
    }

    private TufTrust AcceptSnapshot(ReadOnlySpan<byte> bytes)
    {
        SnapshotInfo.Require(bytes);
        var snapshot = TufListing.ParseSnapshot(bytes);
        Root.Snapshot.Require(snapshot.Envelope);
        RequireVersion(SnapshotInfo, snapshot.Envelope);
        foreach (var (name, known) in Snapshot?.Files ?? new Dictionary<string, TufFileInfo>())
        {
            RequireNotOlder(name, known.Version, snapshot.Files.GetValueOrDefault(name)?.Version ?? 0);
        }

        snapshot.Envelope.RequireFresh(Now);
        return (this with { Snapshot = snapshot, At = Step.Targets }).Reuse();
    }

    private TufTrust AcceptTargets(ReadOnlySpan<byte> bytes)
    {
        TargetsInfo.Require(bytes);
        var targets = TufListing.ParseTargets(bytes);
        Root.Targets.Require(targets.Envelope);
        RequireVersion(TargetsInfo, targets.Envelope);
        targets.Envelope.RequireFresh(Now);
        return this with { Targets = targets, At = Step.Done };
    }

    /// <summary>Skips files that are known already, if they are those that are named now and still signed by those who may.</summary>
    private TufTrust Reuse()
    {
        var trust = this;
        if (trust.At == Step.Snapshot && Snapshot is { } snapshot && IsStill(snapshot, trust.SnapshotInfo, Root.Snapshot))
        {
            trust = trust with { At = Step.Targets };
        }

        return trust.At == Step.Targets && Targets is { } targets && IsStill(targets, trust.TargetsInfo, Root.Targets)
            ? trust with { At = Step.Done }
            : trust;
    }

    private bool IsStill(TufListing known, TufFileInfo named, TufRole role)
    {
        if (known.Envelope.Version != named.Version || !role.Signed(known.Envelope))
        {
            return false;
        }

        named.Require(known.Envelope.Bytes.Span);
        known.Envelope.RequireFresh(Now);
        return true;
    }

    private static void RequireVersion(TufFileInfo named, TufEnvelope found)
    {
        if (named.Version != found.Version)
        {
            throw new EvidenceException(FailureCode.TufMismatch, $"The TUF {found.Role} has version {found.Version} where version {named.Version} is named.");
        }
    }

    private static void RequireNotOlder(string what, int known, int offered)
    {
        if (offered < known)
        {
            throw new EvidenceException(FailureCode.TufRollback, $"The TUF repository offers version {offered} of {what}, and version {known} is known already.");
        }
    }
}
