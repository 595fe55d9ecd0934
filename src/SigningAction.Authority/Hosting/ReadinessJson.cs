namespace SigningAction.Authority.Hosting;

/// <summary>The answer of <c>/readyz</c>.</summary>
/// <param name="Status">
/// <c>ready</c>, <c>degraded</c> (it works, an administrator should look) <c>not ready</c>, or <c>stopping</c> (it works, and a load balancer should look
/// elsewhere).
/// </param>
/// <param name="Ledger">State of the ledger.</param>
/// <param name="Clock">Whether the clock is believed; when not, nothing is signed.</param>
/// <param name="Certificates"><c>valid</c>, <c>expire soon</c> or <c>expired</c>: the authority's own.</param>
/// <param name="Keys">Each private key of the authority: <c>ready</c>, <c>does not sign</c> or <c>signs wrongly</c>.</param>
/// <param name="Policy">Whether the policy on disk is the one in force.</param>
/// <param name="KeySets">State of each issuer's keys.</param>
internal sealed record ReadinessJson(
    string Status, string Ledger, string Clock, string Certificates, IReadOnlyDictionary<string, string> Keys, string Policy, IReadOnlyDictionary<string, string> KeySets);
