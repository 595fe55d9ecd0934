using System.Runtime.InteropServices;

namespace SigningAction.Evidence.Certificates;

/// <summary>An <c>EVP_PKEY</c> that <see cref="LibCrypto"/> made; its memory is OpenSSL's.</summary>
internal sealed class EvpKey : SafeHandle
{
    /// <summary>For the marshaller, which fills it.</summary>
    public EvpKey()
        : base(0, ownsHandle: true)
    {
    }

    public EvpKey(nint key)
        : this() => SetHandle(key);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeKey(handle);
        return true;
    }
}
