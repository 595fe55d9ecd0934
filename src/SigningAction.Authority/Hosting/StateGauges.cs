using System.Diagnostics.Metrics;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Policy;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Hosting;

/// <summary>How the authority stands, asked when somebody collects: what an administrator wants to be woken for.</summary>
internal static class StateGauges
{
    /// <summary>Makes the instruments. Labels are what the administrator configured or what the program names itself.</summary>
    public static void Add(
        Meter meter, AuthorityMaterial material, AuthorityLedger ledger, IssuerDirectory issuers,
        PolicyStore policy, ClockGuard clock, TimeSourceMonitor? sources, TimeProvider time)
    {
        AddLedger(meter, material, ledger);
        AddIssuers(meter, issuers, time);
        _ = meter.CreateObservableGauge(
            "signing.policy.broken", () => policy.LoadError is null ? 0 : 1, null, "1 while the policy file does not load and the one before it is in force.");
        _ = meter.CreateObservableGauge(
            "signing.clock.condition",
            () => Enum.GetValues<ClockCondition>().Skip(1).Select(
                condition => new Measurement<int>(clock.State.Condition == condition ? 1 : 0, Label("condition", condition.ToString()))),
            null, "1 for the condition in which the clock is.");
        if (sources is not null)
        {
            _ = meter.CreateObservableGauge(
                "signing.clock.offset", () => sources.Offset is { } offset ? [new Measurement<double>(offset.TotalSeconds)] : Array.Empty<Measurement<double>>(),
                "s", "How far the middle one of the time sources stands ahead of the own clock.");
        }

        _ = meter.CreateObservableGauge(
            "signing.key.failing", () => material.Keys.All.Select(key => new Measurement<int>(key.Failures > 0 ? 1 : 0, Label("key", key.Name))),
            null, "1 while the last signature of an own key failed.");
        _ = meter.CreateObservableGauge(
            "signing.certificate.remaining", () => Certificates(material).Select(
                own => new Measurement<double>((own.Certificate.NotAfter - time.GetUtcNow()).TotalSeconds, Label("certificate", own.Name))),
            "s", "Time until an own certificate ends.");
        _ = meter.CreateObservableGauge("signing.disk.free", () => new DriveInfo(material.Paths.Ledger).AvailableFreeSpace, "By", "Free space where the database is.");
    }

    private static void AddLedger(Meter meter, AuthorityMaterial material, AuthorityLedger ledger)
    {
        _ = meter.CreateObservableGauge("signing.ledger.ready", () => ledger.State.Condition == LedgerCondition.Ready ? 1 : 0, null, "1 while the ledger appends.");
        _ = meter.CreateObservableGauge("signing.ledger.queue.depth", () => ledger.Waiting, "{work}", "Units of work that wait for a commit.");
        _ = meter.CreateObservableGauge(
            "signing.log.size", () => material.Ledger.Select(log => new Measurement<long>(ledger.Reader(log.Id).Head.Size, Label("log", log.Origin))),
            "{leaf}", "Leaves of a log.");
    }

    private static void AddIssuers(Meter meter, IssuerDirectory issuers, TimeProvider time)
    {
        _ = meter.CreateObservableCounter(
            "signing.keyset.fetches",
            () => issuers.All.SelectMany(issuer => Enum.GetValues<KeySetFault>().Select(fault => new Measurement<long>(
                issuer.Keys.Fetches(fault), Label("issuer", issuer.Options.Url), Label("result", fault == KeySetFault.None ? "Fetched" : fault.ToString())))),
            "{fetch}", "Fetches of an issuer's keys by result.");
        _ = meter.CreateObservableGauge(
            "signing.keyset.age",
            () => issuers.All.Select(issuer => issuer.Keys.State).Where(state => state.FetchedAt is not null)
                .Select(state => new Measurement<double>((time.GetUtcNow() - state.FetchedAt!.Value).TotalSeconds, Label("issuer", state.Issuer))),
            "s", "Age of the keys that serve. Beyond exchange.keySetRefresh they are the last good ones, and serve until exchange.keySetMaximumAge.");
        _ = meter.CreateObservableGauge(
            "signing.keyset.failing", () => issuers.All.Select(issuer => new Measurement<int>(issuer.Keys.State.IsDegraded ? 1 : 0, Label("issuer", issuer.Options.Url))),
            null, "1 while an issuer's keys cannot be fetched.");
    }

    private static IEnumerable<(string Name, Certificate Certificate)> Certificates(AuthorityMaterial material) =>
    [
        (CertificateSet.CaIntermediateFile, material.Chain.Certificates[0]), (CertificateSet.CaRootFile, material.Chain.Certificates[^1]),
        (CertificateSet.TsaFile, material.TimestampChain[0]), (CertificateSet.TsaRootFile, material.TimestampChain[^1]),
    ];

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
}
