using System.Text.Json;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Trust;
using SigningAction.Verifier.Trust;

namespace SigningAction.Verifier.Output;

/// <summary>For programs: one object on one line of standard output, escaped as the verdict's.</summary>
internal sealed class TrustJsonReport(TextWriter output, DateTimeOffset now) : ITrustReport
{
    public void Show(TrustedRoots roots)
    {
        var tuf = roots.Origin.Tuf is { } trust ? new TufJson(trust.RootVersion, trust.TimestampVersion, trust.Expires, trust.Expires <= now) : null;
        Write(new TrustJson
        {
            ExitCode = 0,
            Origin = new TrustOriginJson(roots.Origin.Kind, roots.Origin.From, roots.Origin.Sha256.ToString(), roots.Origin.Taken, tuf),
            Roots = [.. roots.Roots.Select(Root)],
        });
    }

    public void Failed(Problem problem) =>
        Write(new TrustJson { ExitCode = (int)problem.Exit, Failure = new FailureJson(problem.Code, problem.Fault, problem.Remedy) });

    private static TrustRootJson Root(TrustedRoot root) => new(
        [.. root.CertificateAuthorities.Select(authority => AuthorityOf(authority.Chain, authority.ValidFor))],
        [.. root.TimestampAuthorities.Select(authority => AuthorityOf(authority.Chain, authority.ValidFor))],
        [.. root.Logs.Select(Log)],
        [.. root.CertificateLogs.Select(Log)],
        root.LeftOut);

    private static TrustedAuthorityJson AuthorityOf(CertificateChain chain, Validity validFor) =>
        new(chain.Certificates[0].Subject.ToString(), validFor.Start, validFor.End);

    private static TrustedLogJson Log(TransparencyLog log) =>
        new(log.BaseUrl, Convert.ToHexStringLower(log.LogId.Span), log.Key.Details, log.Operator, log.ValidFor.Start, log.ValidFor.End);

    private void Write(TrustJson json) => output.WriteLine(System.Text.Encoding.UTF8.GetString(
        SafeJson.Write(writer => JsonSerializer.Serialize(writer, json, TrustOutputContext.Default.TrustJson))));
}
