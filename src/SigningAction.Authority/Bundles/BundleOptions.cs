using System.ComponentModel.DataAnnotations;
using SigningAction.Authority.Settings;

namespace SigningAction.Authority.Bundles;

/// <summary>The room that kept bundles may take. They lie on the disk of the ledger, which must never be filled by copies.</summary>
public sealed record BundleOptions
{
    /// <summary>Megabytes (2^20 bytes) of all kept bundles together; beyond it a bundle is refused (409 <c>BUNDLES_NO_ROOM</c>), and none is dropped for it.</summary>
    /// <remarks>A hundred thousand signatures of 10 KB. Whoever holds one certificate of ten minutes can bring bundles as fast as the network carries them.</remarks>
    [Range(1, 16_777_216)]
    public int Megabytes { get; set; } = 1024;

    /// <summary>Megabytes (2^20 bytes) that must be free on the disk, else bundles are refused (409 <c>BUNDLES_NO_ROOM</c>).</summary>
    /// <remarks>The ledger needs the room: at a hundred releases a day with ten signatures each it writes 4 MB a day, so this is half a year of signing.</remarks>
    [Range(64, 16_777_216)]
    public int ReserveMegabytes { get; set; } = 1024;

    /// <summary>What is out of range.</summary>
    public IEnumerable<string> Faults() => SettingRanges.Faults(this, name => $"bundles.{SettingRanges.JsonName(name)}");
}
