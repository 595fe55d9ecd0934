using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SigningAction.Authority.Keys;

/// <summary>
/// A private key that lives somewhere else (a key store, a module), as a key of the platform. Two things are not left to that place: each signature is verified
/// with the public key that this authority was made with before anybody sees it, and every failure, whatever its type, comes out as
/// <see cref="KeyUnavailableException"/>. It remembers what came of its last signatures. The inner key must give up by itself within seconds: signing is synchronous, and the ledger signs on one thread.
/// </summary>
internal sealed class ProvenKey : ECDsa
{
    /// <summary>What a trial signs: the hash of a sentence, which is no certificate, head or timestamp.</summary>
    private static readonly byte[] Nothing = SHA256.HashData("signing-authority: a trial of this key, which signs nothing"u8);

    private readonly Lock _gate = new();
    private readonly AuthorityKey _name;
    private volatile KeyState _state;
    private readonly ECDsa _inner;
    private readonly ECDsa _public;

    /// <summary>Takes the inner key; both end together.</summary>
    /// <param name="name">Its use.</param>
    /// <param name="file">Its name among the keys of its use.</param>
    /// <param name="inner">Signs.</param>
    /// <param name="publicKey">What its signatures must verify with.</param>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "Disposed with this.")]
    public ProvenKey(AuthorityKey name, string file, ECDsa inner, ECParameters publicKey)
    {
        (_name, _inner, _public) = (name, inner, Create(publicKey with { D = null }));
        _state = KeyState.Ready(file);
        KeySizeValue = _public.KeySize;
    }

    /// <summary>What came of its last signatures.</summary>
    public KeyState State => _state;

    /// <summary>Signs once, for the state that comes of it.</summary>
    public void Try()
    {
        try
        {
            _ = SignHashCore(Nothing, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (Exception e) when (e is CryptographicException or ObjectDisposedException)
        {
            // Its state says so; and a key that was closed meanwhile has none any more.
        }
    }

    /// <inheritdoc/>
    public override ECParameters ExportParameters(bool includePrivateParameters) => includePrivateParameters
        ? throw new CryptographicException("The private half is not here.")
        : _public.ExportParameters(false);

    /// <inheritdoc/>
    public override byte[] SignHash(byte[] hash) => SignHashCore(hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc/>
    public override bool VerifyHash(byte[] hash, byte[] signature) => _public.VerifyHash(hash, signature);

    /// <inheritdoc/>
    public override void GenerateKey(ECCurve curve) => throw new CryptographicException("A key is made where it lives.");

    /// <inheritdoc/>
    protected override bool TrySignHashCore(ReadOnlySpan<byte> hash, Span<byte> destination, DSASignatureFormat signatureFormat, out int bytesWritten)
    {
        var signature = SignHashCore(hash, signatureFormat);
        bytesWritten = signature.AsSpan().TryCopyTo(destination) ? signature.Length : 0;
        return bytesWritten > 0;
    }

    /// <inheritdoc/>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A key store throws what it likes; all of it means that it did not sign.")]
    protected override byte[] SignHashCore(ReadOnlySpan<byte> hash, DSASignatureFormat signatureFormat)
    {
        byte[] signature;
        try
        {
            signature = _inner.SignHash(hash.ToArray(), signatureFormat);
        }
        catch (Exception e)
        {
            Failed(KeyCondition.DoesNotSign);
            throw new KeyUnavailableException(_name, "did not sign.", e);
        }

        if (!_public.VerifyHash(hash, signature, signatureFormat))
        {
            Failed(KeyCondition.SignsWrongly);
            throw new KeyUnavailableException(_name, "made a signature that its public key does not verify.");
        }

        if (_state.Failures > 0)
        {
            _state = KeyState.Ready(_state.Name);
        }

        return signature;
    }

    private void Failed(KeyCondition how)
    {
        lock (_gate)
        {
            _state = _state with { Condition = how, Failures = _state.Failures + 1 };
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
            _public.Dispose();
        }

        base.Dispose(disposing);
    }
}
