using System.Security.Cryptography;
using SigningAction.Authority.Ledger;
using SigningAction.Evidence.Certificates;
using SigningAction.Testing;
using Xunit;

namespace SigningAction.Authority.Tests.Ledger;

public sealed class CertifiedKeysTests
{
    private readonly CertifiedKeys _keys = new();

    [Fact]
    public void A_certified_key_is_not_parsed_again()
    {
        using var sigstore = new InMemorySigstore();
        using var signer = InMemorySigstore.NewKey();
        var key = VerificationKey.Of(signer);
        _keys.Keep(key);

        Assert.Same(key, _keys.Of(Certificate.Parse(sigstore.Issue(signer))));
    }

    [Fact]
    public void A_key_that_was_not_certified_here_is_the_certificates_own()
    {
        using var sigstore = new InMemorySigstore();
        using var signer = InMemorySigstore.NewKey();
        using var other = InMemorySigstore.NewKey();
        _keys.Keep(VerificationKey.Of(other));
        var certificate = Certificate.Parse(sigstore.Issue(signer));

        Assert.Same(certificate.Key, _keys.Of(certificate));
        Assert.Equal(VerificationKey.Of(signer), _keys.Of(certificate));
    }

    [Fact]
    public void The_oldest_goes_first_and_the_newest_stay()
    {
        using var sigstore = new InMemorySigstore();
        using var first = InMemorySigstore.NewKey();
        using var second = InMemorySigstore.NewKey();
        var (oldest, next) = (VerificationKey.Of(first), VerificationKey.Of(second));
        _keys.Keep(oldest);
        _keys.Keep(next);
        for (var i = 1; i < CertifiedKeys.Capacity; i++)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            _keys.Keep(VerificationKey.Of(key));
        }

        Assert.NotSame(oldest, _keys.Of(Certificate.Parse(sigstore.Issue(first))));
        Assert.Same(next, _keys.Of(Certificate.Parse(sigstore.Issue(second))));
    }
}
