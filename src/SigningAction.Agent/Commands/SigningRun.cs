using System.Globalization;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Publishing.GitHub;
using SigningAction.Agent.Publishing.Registries;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Statements;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Commands;

/// <summary>
/// One run: subjects, key, token, certificate, signatures, log and timestamps, bundles, verification, files. Nothing is written before everything verified.
/// </summary>
public sealed class SigningRun(AgentEnvironment environment, IPipeline pipeline, ServiceClient client)
{
    /// <summary>
    /// Signatures of one run in flight at once, each with one request to a log and one to a timestamp authority: enough to fill the batches of a log that
    /// commits in groups, and an eighth of what an authority of ours takes from one address.
    /// </summary>
    private const int Parallelism = 32;

    /// <summary>Statements in flight at once: each may be 16 MiB.</summary>
    private const int StatementParallelism = 4;

    /// <summary>The most that a dry run waits for services: it is asked for to hear what is wrong, and a service that is down is wrong.</summary>
    private static readonly TimeSpan DryRunWait = TimeSpan.FromSeconds(5);

    /// <summary>Names that are shown in the log; the rest is counted.</summary>
    private const int MostShown = 1000;

    /// <summary>The file that holds what a run has done which did not come to its end; null where it did, or nothing was done.</summary>
    public string? Unfinished { get; private set; }

    /// <summary>Signs what <paramref name="request"/> asks for.</summary>
    /// <exception cref="AgentException">With the reason; then nothing is half done.</exception>
    public async Task<SigningReport> RunAsync(SigningRequest request, CancellationToken cancellation)
    {
        RequestRules.Require(request);
        client.Budget.Total = request.DryRun && request.Wait > DryRunWait ? DryRunWait : request.Wait;
        var places = new PublishingTargets(request, environment, pipeline, client);

        // Before the files: a place that cannot be named is told at once, and gigabytes take their time.
        var targets = request.DryRun ? [] : places.OfEverything();
        var trust = new TrustSource(client, environment);
        trust.Require(request);
        var plan = await PlanAsync(request, cancellation);
        targets = request.DryRun ? [] : [.. targets, .. places.OfImages(plan.Images)];
        new BundlePlaces(request, environment.WorkingDirectory).RequireWithin([.. plan.AttestationPlaces, .. plan.SignaturePlaces]);
        BundlePlaces.RequireWritable([.. plan.AttestationPlaces, .. plan.SignaturePlaces]);
        Show(plan);
        var services = await trust.LoadAsync(request, cancellation);
        if (request.DryRun)
        {
            pipeline.Progress("Dry run: no token was asked for, nothing was signed or written.");
            return new SigningReport("", [.. plan.Statements.Select(s => s.Planned(plan.AttestationPlaces)), .. plan.Signatures.Select((file, i) => new SignedBundle([plan.SignaturePlaces[i]], [file], null))]) { DryRun = true };
        }

        using var journal = RunState.Open(request, plan, environment);
        try
        {
            return await SignAsync(request, plan, services, targets, journal, cancellation);
        }
        finally
        {
            Unfinished = journal?.Unfinished;
            if (journal is { IsElsewhere: true })
            {
                pipeline.Progress("Another run signs the very same at the same time and keeps the state: this one kept none.");
            }
        }
    }

    private async Task<SigningReport> SignAsync(
        SigningRequest request, SigningPlan plan, SigningServices services, IReadOnlyList<IPublishingTarget> targets, RunJournal? journal, CancellationToken cancellation)
    {
        var tokens = new TokenSource(environment, pipeline);
        using var session = await SigningSession.OpenAsync(
            services, client, stop => TokenAsync(request, services, tokens, stop), environment.Time, cancellation, journal, environment.NewKey);
        pipeline.Progress($"Signing as {session.Identity.SignerUri}");
        List<SignedBundle> bundles = [.. await AttestAsync(session, plan, cancellation), .. await SignAsync(session, plan, cancellation)];
        Write(request, bundles);
        if (request.ReadBack)
        {
            await ReadBack.RequireAsync(bundles, cancellation);
        }

        var publishable = PublishableBundle.Of(bundles);
        var kept = request.AuthorityUrl is { } authority ? await new AuthorityShelf(client, environment.Time).KeepAsync(authority, publishable, cancellation) : [];
        var publications = (IReadOnlyList<Publication>)[
            .. kept,
            .. await new Publisher(targets).PublishAsync(publishable, journal?.Published, journal is null ? null : journal.Keep, cancellation),
        ];
        if (publications.All(p => p is { Optional: true } or { State: not PublicationState.Failed }))
        {
            journal?.Complete();
        }

        var records = targets.OfType<StorageRecordTarget>().Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        return new SigningReport(session.Identity.SignerUri, [.. bundles.Select(b => WithAttestation(b, publications))])
        {
            Publications = publications,
            Shelf = kept is [{ State: PublicationState.Published }] ? request.AuthorityUrl : null,
            EntryPages = PublicGood.EntryPages(services),
            StorageRecordIds = [.. publications.Where(p => records.Contains(p.Target)).Select(p => p.Id).OfType<string>().Where(id => id.Length > 0).Distinct(StringComparer.Ordinal)],
            Issuer = session.Identity.Issuer,
            RepositoryUri = session.Identity.RepositoryUri,

            // Who gave a root knows where consumers have it from; GitHub's consumers have it from gh.
            Authority = request.Authority == GitHubInstance.Name || (request.TrustedRoot ?? request.TufRoot) is null ? request.Authority : null,
        };
    }

    private static async Task<IdentityToken> TokenAsync(SigningRequest request, SigningServices services, TokenSource tokens, CancellationToken cancellation)
    {
        var token = await tokens.GetAsync(request.IdentityToken, request.Audience, cancellation);
        if (!request.PublishPrivateRepository && PublicGood.IsMeant(request.Authority, services))
        {
            PublicGood.RequirePublic(token);
        }

        return token;
    }

    private static SignedBundle WithAttestation(SignedBundle bundle, IReadOnlyList<Publication> publications)
    {
        return publications.FirstOrDefault(p => p.Target == AttestationsTarget.TargetName && p.BundleDigest == Sha256Digest.Of(bundle.Json.Span)) is { } there
            ? bundle with { AttestationId = there.Id, AttestationUrl = there.Url is { } url ? new Uri(url) : null }
            : bundle;
    }

    private async Task<SigningPlan> PlanAsync(SigningRequest request, CancellationToken cancellation)
    {
        var directory = environment.WorkingDirectory;
        var places = new BundlePlaces(request, directory);
        if (request.Statement is { } statementFile)
        {
            var given = StatementFile.Read(statementFile, directory);
            return new SigningPlan { Statements = [PlannedStatement.Of(given)], AttestationPlaces = places.OfStatement(given.Path) };
        }

        // Before the files: a predicate that is wrong is told at once, and gigabytes take their time.
        var predicate = !request.Attest ? null
            : request.SbomPath is { } sbom ? SbomPredicate.Read(sbom, directory)
            : request.PredicateType is { } type ? CustomPredicate.Read(type, request.Predicate, request.PredicatePath, directory)
            : null;
        var subjects = await SubjectSource.ReadAsync(request, directory, cancellation);
        IReadOnlyList<PlannedStatement> statements = request.Attest ? [.. StatementPlan.Split(subjects).Select(part => new PlannedStatement(part, predicate))] : [];
        return new SigningPlan
        {
            Statements = statements,
            AttestationPlaces = request.Attest ? places.OfAttestation(subjects, statements.Count, predicate?.Kind ?? ProvenancePredicate.Kind) : [],
            Signatures = request.Sign ? subjects : [],
            SignaturePlaces = request.Sign ? places.OfSignatures(subjects) : [],
            Images = request.PushToRegistry ? ImageSubjects.Of(subjects) : [],
        };
    }

    private void Show(SigningPlan plan)
    {
        var subjects = plan.Signatures.Count > 0 ? plan.Signatures : [.. plan.Statements.SelectMany(s => s.Subjects)];
        var what = plan.Statements.Count == 0 ? "sign" : plan.Signatures.Count == 0 ? "attest" : "attest and sign";
        IEnumerable<string> lines = subjects.Take(MostShown).Select(s => $"{s.Name}  {s.Digest}");
        if (subjects.Count > MostShown)
        {
            lines = lines.Append(string.Create(CultureInfo.InvariantCulture, $"and {subjects.Count - MostShown} more"));
        }

        pipeline.Fold(string.Create(CultureInfo.InvariantCulture, $"{subjects.Count} subject(s) to {what}"), [.. lines]);
    }

    private static async Task<IReadOnlyList<SignedBundle>> AttestAsync(SigningSession session, SigningPlan plan, CancellationToken cancellation)
    {
        var bundles = new SignedBundle[plan.Statements.Count];
        var provenance = new Lazy<AttestationPredicate>(() => ProvenancePredicate.Create(session.Identity));
        await Parallel.ForAsync(0, bundles.Length, Options(StatementParallelism, cancellation), async (i, stop) =>
        {
            var planned = plan.Statements[i];
            var predicate = planned.Predicate ?? (planned.Bytes.IsEmpty ? provenance.Value : null);
            var bytes = predicate is null ? planned.Bytes : StatementPlan.Write(planned.Subjects, predicate);
            var bundle = await session.AttestAsync(bytes, planned.Artifact, stop);
            bundles[i] = Signed(bundle, plan.AttestationPlaces, planned.Subjects) with { PredicateType = bundle.Verified.Statement?.PredicateType };
        });
        return bundles;
    }

    private static async Task<IReadOnlyList<SignedBundle>> SignAsync(SigningSession session, SigningPlan plan, CancellationToken cancellation)
    {
        var bundles = new SignedBundle[plan.Signatures.Count];
        await Parallel.ForAsync(0, bundles.Length, Options(Parallelism, cancellation), async (i, stop) =>
        {
            var file = plan.Signatures[i];
            bundles[i] = Signed(await session.SignAsync(file.Digest.ToArtifact().Sha256, stop), [plan.SignaturePlaces[i]], [file]);
        });
        return bundles;
    }

    /// <summary>The proof is let go: ten thousand of them are more than their bytes.</summary>
    private static SignedBundle Signed(FinishedBundle bundle, IReadOnlyList<string> places, IReadOnlyList<SigningSubject> subjects) =>
        new(places, subjects, bundle.Verified.LogEntries is [var entry, ..] ? entry.Index : null)
        {
            Json = bundle.Json,
            SignedAt = bundle.Verified.Times.Min(t => t.Time),
        };

    private static ParallelOptions Options(int parallelism, CancellationToken cancellation) => new() { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellation };

    /// <summary>One bundle is the file; several for one place are its lines.</summary>
    private void Write(SigningRequest request, IReadOnlyList<SignedBundle> bundles)
    {
        // Once more: a step that runs beside this one may have put a link there meanwhile.
        new BundlePlaces(request, environment.WorkingDirectory).RequireWithin(bundles.SelectMany(bundle => bundle.Paths));
        var contents = bundles
            .SelectMany(bundle => bundle.Paths.Select(path => (Path: path, bundle.Json)))
            .GroupBy(content => content.Path, content => content.Json, StringComparer.Ordinal)
            .Select(group => (group.Key, BundleLines.Join([.. group])))
            .ToList();
        foreach (var directory in contents.Select(content => Path.GetDirectoryName(content.Key)!).Distinct(StringComparer.Ordinal))
        {
            MakeDirectory(directory);
        }

        DurableFile.WriteAll(contents);
    }

    private static void MakeDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(AgentFault.CannotWrite, $"The directory '{UntrustedText.OneLine(directory)}' cannot be made: {UntrustedText.OneLine(e.Message)}", e);
        }
    }
}
