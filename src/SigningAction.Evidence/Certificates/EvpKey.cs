using System.Runtime.InteropServices;

namespace SigningAction.Evidence.Certificates;

/// <summary>An <c>EVP_PKEY</c> that <see cref="LibCrypto"/> made, with one context for verifying that is not in use; the memory of both is OpenSSL's.</summary>
internal sealed class EvpKey : SafeHandle
{
    private nint _idle;

    /// <summary>For the marshaller, which fills it.</summary>
    public EvpKey()
        : base(0, ownsHandle: true)
    {
    }

    public EvpKey(nint key)
        : this() => SetHandle(key);

    public override bool IsInvalid => handle == 0;

    /// <summary>The context that is not in use, which then is the caller's alone; 0 when there is none: a context serves one thread at a time.</summary>
    public nint TakeContext() => Interlocked.Exchange(ref _idle, 0);

    /// <summary>Takes a context of this key back.</summary>
    public void ReturnContext(nint context)
    {
        if (Interlocked.CompareExchange(ref _idle, context, 0) != 0)
        {
            LibCrypto.FreeContext(context);
        }
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeContext(TakeContext());
        LibCrypto.FreeKey(handle);
        return true;
    }
}
