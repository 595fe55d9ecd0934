using System.Globalization;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// New certificates and keys for an authority that is stopped, in two steps: made and trusted, then used. Between them every verifier gets the new trusted root.
/// What is done is done when <c>certificates.json</c> is replaced; a run that was cut short before is run again.
/// </summary>
public static class Renewal
{
    /// <summary>Makes the next set: roots, issuing certificate, timestamp certificate, each with a new key. It is in the trusted root at once, and signs nothing yet.</summary>
    /// <param name="directory">The authority.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The new set.</returns>
    /// <exception cref="ConfigurationRefusedException">A set waits already, or there were too many.</exception>
    /// <exception cref="StoreRefusedException">The authority is running.</exception>
    public static async Task<CertificateSetRecord> MakeAsync(string directory, TimeProvider time, CancellationToken cancellationToken = default)
    {
        // Holds the database's lock until all is written: nobody else renews.
        await using var store = AuthorityMaterial.Take(directory);
        using var material = AuthorityMaterial.Open(directory);
        var sets = material.Sets.Select(set => set.Record).ToList();
        if (material.Sets[^1] != material.InUse)
        {
            throw new ConfigurationRefusedException(
                $"Set {sets.Count} is made and waits. When every verifier has the trusted root, use it: signing-authority renew {material.Paths.Root} --switch");
        }

        if (sets.Count == CertificateSetsFile.MostSets)
        {
            throw new ConfigurationRefusedException($"An authority has {CertificateSetsFile.MostSets} sets of certificates at most in its life. Make a new one.");
        }

        var made = new CertificateSetRecord { Number = sets.Count + 1 };
        CertificateSet.Make(material.Paths, KeyDirectory.Open(material.Paths.Keys), material.Configuration.Organization, made.Number, time);
        CertificateSetsFile.Write(material.Paths.CertificateSets, [.. sets, made]);
        return made;
    }

    /// <summary>Puts the set that waits in the place of the one in use, whose time ends in the trusted root.</summary>
    /// <param name="directory">The authority.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The set that is used from the next start on.</returns>
    /// <exception cref="ConfigurationRefusedException">None waits, or it does not sign.</exception>
    /// <exception cref="StoreRefusedException">The authority is running.</exception>
    public static async Task<CertificateSetRecord> SwitchAsync(string directory, TimeProvider time, CancellationToken cancellationToken = default)
    {
        // Stopped: nothing is signed with the old set after the time that is written down.
        await using var store = AuthorityMaterial.Take(directory);
        using var material = AuthorityMaterial.Open(directory);
        if (material.Sets[^1] == material.InUse)
        {
            throw new ConfigurationRefusedException(string.Create(
                CultureInfo.InvariantCulture,
                $"No set waits: set {material.InUse.Record.Number} is in use. "
                    + $"Make the next one first: signing-authority renew {material.Paths.Root}"));
        }

        // Before it cannot be undone: what does not sign now would not start.
        var keys = KeyDirectory.Open(material.Paths.Keys);
        var next = material.Sets[^1];
        using (var issuing = keys.Load(AuthorityKey.CaIntermediate, CertificateSet.KeyNumber(next.Record.Number)))
        using (var timestamps = keys.Load(AuthorityKey.Tsa, CertificateSet.KeyNumber(next.Record.Number)))
        {
            material.CheckSigns(next, issuing, timestamps, time.GetUtcNow());
        }

        var now = await LedgerGrowth.NowAsync(store, time, cancellationToken);
        CertificateSetsFile.Write(
            material.Paths.CertificateSets, [.. material.Sets.Select(set => set == material.InUse ? set.Record with { Replaced = now } : set.Record)]);
        return next.Record;
    }
}
