using System.Runtime.InteropServices;

namespace SigningAction.Evidence.Certificates;

/// <summary>An <c>EVP_MD_CTX</c> that <see cref="LibCrypto"/> made: a hash that is not finished; its memory is OpenSSL's.</summary>
internal sealed class EvpDigest : SafeHandle
{
    /// <summary>For the marshaller, which fills it.</summary>
    public EvpDigest()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeDigest(handle);
        return true;
    }
}
