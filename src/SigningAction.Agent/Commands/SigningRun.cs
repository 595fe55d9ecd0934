using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Statements;
using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Commands;

/// <summary>
/// One run: subjects, key, token, certificate, signature, log and timestamp, bundle, verification, file. Nothing is written before everything verified.
/// </summary>
public sealed class SigningRun(AgentEnvironment environment, IPipeline pipeline, ServiceClient client)
{
    /// <summary>Signatures of one run in flight at once: enough to hide the network, few enough not to look like an attack.</summary>
    private const int Parallelism = 8;

    /// <summary>Signs what <paramref name="request"/> asks for.</summary>
    /// <exception cref="AgentException">With the reason; then nothing is half done.</exception>
    public async Task<SigningReport> RunAsync(SigningRequest request, CancellationToken cancellation)
    {
        RequireSense(request);
        if (request.Statement is { } statementFile)
        {
            var statement = StatementFile.Read(statementFile, environment.WorkingDirectory);
            using var session = await OpenAsync(request, cancellation);
            var bundle = await session.AttestAsync(statement.Bytes, statement.Subject, cancellation);
            return await WriteAsync(request, session, [new Pending(bundle, [], [request.Bundle ?? statement.Path + SubjectFinder.BundleSuffix])], cancellation);
        }

        var files = await SubjectHasher.HashAsync(SubjectFinder.Find(request.Paths, environment.WorkingDirectory), cancellation);
        if (!request.Attest && request.Bundle is not null && files.Count > 1)
        {
            throw new AgentException(AgentFault.Usage, $"--bundle names one file, and {files.Count} files match: 'sign' makes a bundle for each. Leave --bundle out, or use 'attest' for one bundle about all.");
        }

        pipeline.Fold($"{files.Count} file(s) to {(request.Attest ? "attest" : "sign")}", [.. files.Select(f => $"{f.Name}  sha256:{f.Digest}")]);

        using (var session = await OpenAsync(request, cancellation))
        {
            return await WriteAsync(
                request, session, request.Attest ? [await AttestAsync(session, request, files, cancellation)] : await SignAsync(session, request, files, cancellation), cancellation);
        }
    }

    private static void RequireSense(SigningRequest request)
    {
        if (request.Statement is not null && request.Paths.Count > 0)
        {
            throw new AgentException(AgentFault.Usage, "--statement names its subjects itself: give either PATH or --statement.");
        }

        if (request.Statement is null && request.Paths.Count == 0)
        {
            throw new AgentException(AgentFault.Usage, request.Attest ? "Nothing to attest: give at least one PATH, or --statement FILE." : "Nothing to sign: give at least one PATH.");
        }
    }

    private async Task<SigningSession> OpenAsync(SigningRequest request, CancellationToken cancellation)
    {
        var services = await new TrustSource(client, environment).LoadAsync(request, cancellation);
        var tokens = new TokenSource(environment, pipeline);
        var session = await SigningSession.OpenAsync(services, client, stop => tokens.GetAsync(request.IdentityToken, request.Audience, stop), environment.Time, cancellation);
        pipeline.Progress($"Signing as {session.Identity.SignerUri}");
        return session;
    }

    private static async Task<Pending> AttestAsync(SigningSession session, SigningRequest request, IReadOnlyList<SubjectFile> files, CancellationToken cancellation)
    {
        var statement = ProvenanceStatement.Create(files, session.Identity);
        var bundle = await session.AttestAsync(statement, files[0].Digest, cancellation);
        return new Pending(bundle, files, request.Bundle is { } path ? [path] : [.. files.Select(f => f.Path + SubjectFinder.BundleSuffix)]);
    }

    private static async Task<IReadOnlyList<Pending>> SignAsync(
        SigningSession session, SigningRequest request, IReadOnlyList<SubjectFile> files, CancellationToken cancellation)
    {
        var bundles = new Pending[files.Count];
        await Parallel.ForAsync(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation }, async (i, stop) =>
            bundles[i] = new Pending(await session.SignAsync(files[i].Digest, stop), [files[i]], [request.Bundle ?? files[i].Path + SubjectFinder.BundleSuffix]));
        return bundles;
    }

    private async Task<SigningReport> WriteAsync(SigningRequest request, SigningSession session, IReadOnlyList<Pending> bundles, CancellationToken cancellation)
    {
        var written = new List<SignedBundle>();
        var contents = new List<(string Path, ReadOnlyMemory<byte> Content)>();
        foreach (var (bundle, files, targets) in bundles)
        {
            List<string> paths = [.. targets.Select(t => Path.GetFullPath(t, environment.WorkingDirectory))];
            contents.AddRange(paths.Select(path => (path, bundle.Json)));
            written.Add(new SignedBundle(paths, files, bundle.Verified.LogEntries[0].Index));
        }

        DurableFile.WriteAll(contents);
        if (request.Authority is { } authority
            && await new AuthorityShelf(client, environment.Time).KeepAsync(authority, [.. bundles.Select(pending => pending.Bundle.Json)], cancellation) is { } notKept)
        {
            pipeline.Progress(notKept);
        }

        return new SigningReport(session.Identity.SignerUri, written);
    }

    private sealed record Pending(FinishedBundle Bundle, IReadOnlyList<SubjectFile> Files, IReadOnlyList<string> Targets);
}
