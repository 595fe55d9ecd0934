using System.Net;
using System.Text.Json.Nodes;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Issuance;

/// <summary>A token for a certificate: what is given, and that both logs hold it.</summary>
public sealed class ExchangeTests : IAsyncLifetime
{
    private AuthorityInProcess _authority = null!;
    private TestSigner _signer = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = await AuthorityInProcess.StartAsync();
        _signer = new TestSigner(_authority.Client);
    }

    public async ValueTask DisposeAsync()
    {
        _signer.Dispose();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task L23_a_serial_number_that_is_taken_is_drawn_again_and_nobody_notices()
    {
        var numbers = Enumerable.Range(0, 3).Select(_ => CertificateSerial.Create()).ToArray();
        var draws = new Queue<byte[]>([numbers[0], numbers[0], numbers[1], numbers[1], numbers[1], numbers[1], numbers[2]]);
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Serials = _ => draws.Dequeue() });
        using var signer = new TestSigner(authority.Client);
        Assert.Equal(numbers[0], await SerialAsync(authority, signer));
        Assert.Equal(numbers[1], await SerialAsync(authority, signer));
        Assert.Equal(2, authority.CertificatesIssued());

        // Where no number is free random numbers are broken: a fault, which is audited; and nothing else stops.
        await (await signer.ExchangeAsync(authority.Issuer)).FulcioErrorAsync(HttpStatusCode.InternalServerError, 13, "INTERNAL");
        Assert.Equal((AuditDecision.Refused, "INTERNAL"), ((await authority.AuditAsync())[^1].Decision, (await authority.AuditAsync())[^1].Reason));
        Assert.Equal(LedgerCondition.Ready, authority.Host.Ledger.State.Condition);
        Assert.Equal(numbers[2], await SerialAsync(authority, signer));
        await authority.AssertCleanAsync();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Both_key_forms_and_both_token_places_give_a_certificate_that_the_trusted_root_accepts(bool isRequest, bool isHeader)
    {
        var token = _authority.Issuer.IssueToken();
        var inBody = isHeader ? null : token;
        var subject = (string)_authority.Issuer.Claims()["sub"]!;
        var body = isRequest ? _signer.WithRequest(inBody) : _signer.WithPublicKey(subject, inBody);
        var answer = await _signer.PostAsync("/api/v2/signingCert", body, isHeader ? token : null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        var chain = await TestSigner.ReadChainAsync(answer);
        Assert.Equal(3, chain.Count);
        var leaf = Verified(chain[0], _authority.Host.Trust.Root);
        Assert.Equal(TimeSpan.FromMinutes(10), leaf.NotAfter - leaf.NotBefore);
        Assert.Equal(_signer.Key.ExportSubjectPublicKeyInfo(), leaf.Key.Spki.ToArray());
        var identity = leaf.Identity!;
        Assert.Equal(_authority.Issuer.Url, identity.Issuer);
        Assert.Equal(subject, identity.Subject);
        Assert.Equal("https://github.com/octo-org/octo-repo/.github/workflows/release.yml@refs/heads/main", identity.SignerUri);
        Assert.Equal("74", identity.RepositoryId);
        Assert.Equal(_authority.Host.Trust.Root.CertificateAuthorities[0].Chain.Certificates.Select(c => c.RawBytes.ToArray()), chain.Skip(1));
    }

    [Fact]
    public async Task The_certificate_log_holds_a_certificate_at_the_index_that_its_timestamp_promises()
    {
        _ = await _signer.ExchangeAsync(_authority.Issuer);
        var leaf = SigningCertificate.Parse(await TestSigner.ReadLeafAsync(await _signer.ExchangeAsync(_authority.Issuer)));
        var index = leaf.Scts[0].LeafIndex!.Value;
        Assert.Equal(1, index);

        var tile = await _authority.Client.GetByteArrayAsync("/ct/tile/data/000.p/2", TestContext.Current.CancellationToken);
        var entries = CertificateLogEntry.ParseTile(tile);
        Assert.Equal(leaf.PrecertificateTbs.ToArray(), entries[1].PrecertificateTbs.ToArray());
        Assert.Equal(leaf.Scts[0].Time, entries[1].Time);

        var checkpoint = Checkpoint.ParseText(SignedNote.Parse(await _authority.Client.GetStringAsync("/ct/checkpoint", TestContext.Current.CancellationToken)).Text);
        Assert.Equal("127.0.0.1/ct", checkpoint.Origin);
        Assert.Equal(
            checkpoint.Root,
            MerkleTree.NodeHash(MerkleTree.LeafHash(entries[0].MerkleTreeLeaf()), MerkleTree.LeafHash(entries[1].MerkleTreeLeaf())));
        foreach (var issuer in entries[1].Issuers)
        {
            var der = await _authority.Client.GetByteArrayAsync($"/ct/issuer/{issuer}", TestContext.Current.CancellationToken);
            Assert.Equal(issuer, Sha256Digest.Of(der));
        }
    }

    [Fact]
    public async Task The_audit_names_the_certificate_its_owner_the_rule_and_the_token_but_never_holds_the_token()
    {
        var token = _authority.Issuer.IssueToken();
        var answer = await _signer.ExchangeAsync(_authority.Issuer, token);
        var leaf = await TestSigner.ReadLeafAsync(answer);

        var audit = Assert.Single(await _authority.AuditAsync());
        Assert.Equal(AuditDecision.Allowed, audit.Decision);
        Assert.Equal(Sha256Digest.Of(leaf).ToString(), audit.Certificate!.Sha256);
        Assert.Equal(Sha256Digest.Of(System.Text.Encoding.ASCII.GetBytes(token)).ToString(), audit.TokenSha256);
        Assert.Equal("74", audit.Identity!.RepositoryId);
        Assert.Equal("releases of the test", audit.Rule);
        Assert.Equal(answer.Correlation(), audit.CorrelationId);
        Assert.DoesNotContain(token.Split('.')[2], await _authority.AuditTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_outside_ASCII_is_certified_percent_encoded()
    {
        _authority.Issuer.Run = _authority.Issuer.Run with { Ref = "refs/heads/größe" };
        await File.WriteAllTextAsync(_authority.Paths.Policy, AuthorityInProcess.AllowPolicy(_authority.Issuer), TestContext.Current.CancellationToken);
        await _authority.StopAsync();
        await _authority.StartAgainAsync();
        var leaf = SigningCertificate.Parse(await TestSigner.ReadLeafAsync(await _signer.ExchangeAsync(_authority.Issuer)));
        Assert.Equal("refs/heads/größe", leaf.Identity!.SourceRef);
        Assert.EndsWith("@refs/heads/gr%C3%B6%C3%9Fe", leaf.SubjectAlternativeName.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_URL_with_a_slash_too_many_still_reaches_the_route()
    {
        var answer = await _signer.PostAsync(_authority.Url + "//api/v2/signingCert", _signer.WithRequest(_authority.Issuer.IssueToken()));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_trust_bundle_is_the_chain_and_the_configuration_names_issuer_and_audience()
    {
        var bundle = JsonNode.Parse(await _authority.Client.GetStringAsync("/api/v2/trustBundle", TestContext.Current.CancellationToken))!;
        Assert.Equal(2, bundle["chains"]![0]!["certificates"]!.AsArray().Count);
        var issuer = JsonNode.Parse(await _authority.Client.GetStringAsync("/api/v2/configuration", TestContext.Current.CancellationToken))!["issuers"]![0]!;
        Assert.Equal(_authority.Issuer.Url, (string)issuer["issuerUrl"]!);
        Assert.Equal("sigstore", (string)issuer["audience"]!);
        Assert.Equal("sub", (string)issuer["challengeClaim"]!);
    }

    private static async Task<byte[]> SerialAsync(AuthorityInProcess authority, TestSigner signer) =>
        SigningCertificate.Parse(await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(authority.Issuer))).Serial.ToArray();

    private static SigningCertificate Verified(byte[] der, TrustedRoot root)
    {
        var leaf = SigningCertificate.Parse(der);
        CertificateVerifier.Verify(leaf, [leaf.NotBefore, leaf.NotAfter], root);
        Assert.Single(leaf.Scts);
        return leaf;
    }
}
