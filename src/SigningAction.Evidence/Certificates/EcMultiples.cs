using System.Runtime.InteropServices;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// P-256 as an <c>EC_GROUP</c> of <see cref="LibCrypto"/> whose generator is a public key, with the table of the key's multiples; and one <c>BN_CTX</c>, OpenSSL's
/// scratch memory, that is not in use. All of it is OpenSSL's memory.
/// </summary>
internal sealed class EcMultiples : SafeHandle
{
    private nint _idle;

    /// <summary>For the marshaller, which fills it.</summary>
    public EcMultiples()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Scratch memory that is not in use, which then is the caller's alone; 0 when there is none.</summary>
    public nint TakeScratch() => Interlocked.Exchange(ref _idle, 0);

    /// <summary>Takes scratch memory back.</summary>
    public void ReturnScratch(nint scratch)
    {
        if (Interlocked.CompareExchange(ref _idle, scratch, 0) != 0)
        {
            LibCrypto.FreeScratch(scratch);
        }
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.FreeScratch(TakeScratch());
        LibCrypto.FreeGroup(handle);
        return true;
    }
}
