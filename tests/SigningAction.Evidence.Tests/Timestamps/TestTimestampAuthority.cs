using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Tests.Certificates;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Tests.Timestamps;

/// <summary>A timestamp authority in memory, as ours is set up, and the trusted root's view of it.</summary>
internal sealed class TestTimestampAuthority : IDisposable
{
    public static readonly DateTimeOffset Now = CertificateForge.Start;

    private readonly ECDsa _rootKey = TestAuthority.NewKey();

    public TestTimestampAuthority()
    {
        var builder = new AuthorityCertificateBuilder("Test", Now.AddHours(-1));
        Root = builder.TimestampRoot("TSA root", _rootKey, Now.AddYears(10));
        Leaf = builder.TimestampLeaf("TSA", VerificationKey.Of(Key), Root, _rootKey, Now.AddYears(1));
        Signer = new TimestampSigner(Leaf, Key);
    }

    public ECDsa Key { get; } = TestAuthority.NewKey();

    public ECDsa RootKey => _rootKey;

    public Certificate Root { get; }

    public Certificate Leaf { get; }

    public TimestampSigner Signer { get; }

    public TimestampAuthority Pinned(DateTimeOffset? start = null, DateTimeOffset? end = null) =>
        TimestampAuthority.Parse([Leaf.RawBytes, Root.RawBytes], new Validity(start ?? Now.AddDays(-1), end));

    public TimestampAuthority Unpinned() => TimestampAuthority.Parse([Root.RawBytes], new Validity(Now.AddDays(-1)));

    public byte[] Stamp(ReadOnlySpan<byte> signature, bool withCertificate = true, DateTimeOffset? time = null) => Signer.Stamp(
        new TimestampRequest(HashAlgorithmName.SHA256, SHA256.HashData(signature), TimestampRequest.CreateNonce(), withCertificate),
        time ?? Now, CertificateSerial.Create());

    public void Dispose()
    {
        Key.Dispose();
        _rootKey.Dispose();
    }
}
