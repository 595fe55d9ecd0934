using SigningAction.Testing.Mutants;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>Breaks every value of the DER in a bundle, and lets all else agree with the mutant as far as an attacker can. No mutant verifies, and every refusal is a reason.</summary>
public sealed class DerMutationTests : IDisposable
{
    /// <summary>
    /// What no signature covers, and what says nothing: the status granted (0) or granted with changes (1), in both of which a token is there (RFC 3161, section 2.4.2);
    /// the certificates beside the signature, which the trusted root has (RFC 5652, section 5.1).
    /// </summary>
    private static readonly string[] Unsigned = ["/0 FlippedInLast", "/0/0 FlippedInFirst", "/1/1/0/3 Removed", "/1/1/0/3/0 Removed"];

    private readonly DerKinds _kinds = new();

    public void Dispose() => _kinds.Dispose();

    [Fact]
    public void No_changed_certificate_verifies_though_the_log_holds_it() => NoMutantVerifies("certificate", atLeast: 800);

    [Fact]
    public void No_changed_timestamp_verifies() => NoMutantVerifies("timestamp", atLeast: 400, Unsigned);

    [Fact]
    public void No_changed_promise_of_a_certificate_log_verifies_though_the_authority_signs_it() => NoMutantVerifies("promise of a certificate log", atLeast: 100);

    [Fact]
    public void No_changed_signature_verifies_though_log_and_timestamp_hold_it() => NoMutantVerifies("DER of a signature", atLeast: 15);

    [Fact]
    public void No_changed_signature_of_an_envelope_verifies_though_log_and_timestamp_hold_it() => NoMutantVerifies("DER of an envelope's signature", atLeast: 15);

    [Fact]
    public void No_changed_promise_of_a_log_of_Rekor_v1_verifies() => NoMutantVerifies("promise of Rekor v1", atLeast: 15);

    [Fact]
    public void No_changed_certificate_above_the_leaf_leads_to_the_root() => NoMutantVerifies("issuing certificate", atLeast: 300);

    [Fact]
    public void No_changed_timestamp_of_GitHubs_instance_verifies() => NoMutantVerifies("timestamp of GitHub", atLeast: 400, Unsigned);

    [Fact]
    public void No_changed_key_is_the_key_that_was_asked_for() => NoMutantVerifies("key", atLeast: 30);

    private void NoMutantVerifies(string name, int atLeast, params string[] benign)
    {
        var (tried, verified) = Verdicts.Of(_kinds.Make(name));
        Assert.True(tried >= atLeast, $"only {tried} mutants");
        Assert.Equal(benign, verified);
    }
}
