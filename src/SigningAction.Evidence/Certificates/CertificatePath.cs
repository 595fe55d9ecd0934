using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// A leaf's way up to a trusted anchor, everything verified but time (RFC 5280, section 6, without revocation and policies, which Sigstore does
/// not use). Time is asked separately, because one signature may have several proven times, and the path must hold at each of them.
/// </summary>
public sealed class CertificatePath
{
    private readonly Certificate _leaf;

    private CertificatePath(Certificate leaf, IReadOnlyList<Certificate> authorities)
    {
        _leaf = leaf;
        Authorities = authorities;
    }

    /// <summary>The certificates above the leaf: its issuer first, the anchor last.</summary>
    public IReadOnlyList<Certificate> Authorities { get; }

    /// <summary>The certificate that issued the leaf.</summary>
    public Certificate Issuer => Authorities[0];

    /// <summary>Builds the path of a signing certificate and checks that it holds at a time.</summary>
    /// <param name="leaf">The signing certificate.</param>
    /// <param name="chain">The trusted authority.</param>
    /// <param name="time">A proven time of the signature.</param>
    /// <param name="helpers">Certificates that the bundle brought along: they may lead to the chain, they are never an anchor.</param>
    /// <exception cref="EvidenceException">As <see cref="Build(SigningCertificate, CertificateChain, IReadOnlyList{Certificate})"/> and <see cref="CheckValidAt(DateTimeOffset)"/>.</exception>
    public static CertificatePath Verify(
        SigningCertificate leaf, CertificateChain chain, DateTimeOffset time, IReadOnlyList<Certificate>? helpers = null)
    {
        var path = Build(leaf, chain, helpers);
        path.CheckValidAt(time);
        return path;
    }

    /// <summary>Builds the path of a signing certificate: names, key identifiers, signatures, path lengths, usages for code signing.</summary>
    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.UntrustedIssuer"/> when the chain did not issue it, <see cref="FailureCode.CertificateProfile"/> when an authority above
    /// may not issue it, <see cref="FailureCode.TrustedRootMalformed"/> when the chain itself does not hold.
    /// </exception>
    public static CertificatePath Build(SigningCertificate leaf, CertificateChain chain, IReadOnlyList<Certificate>? helpers = null) =>
        Build(leaf.Certificate, chain, Oids.CodeSigning, helpers);

    /// <summary>Checks that the leaf and every certificate above it were valid, ends included.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.CertificateExpired"/>, naming the certificate.</exception>
    public void CheckValidAt(DateTimeOffset time)
    {
        RequireValid(_leaf, time);
        foreach (var authority in Authorities)
        {
            RequireValid(authority, time);
        }
    }

    /// <summary>Builds the path of any leaf for one extended key usage.</summary>
    internal static CertificatePath Build(Certificate leaf, CertificateChain chain, string usage, IReadOnlyList<Certificate>? helpers)
    {
        List<Certificate> authorised = [.. (helpers ?? []).Where(helper => MayIssue(helper, usage) is null)];
        var authorities = WayUp(leaf, chain, authorised)
            ?? (helpers?.Count > authorised.Count ? WayUp(leaf, chain, helpers) : null) // Only to say what is wrong with the one that leads there.
            ?? throw new EvidenceException(
                FailureCode.UntrustedIssuer,
                $"A certificate was issued by \"{leaf.Issuer}\", and no way leads from there to the trusted \"{chain.Certificates[0].Subject}\".");

        // Only now: an instance that did not issue the leaf costs nothing.
        chain.VerifySignatures();
        for (var i = 0; i < authorities.Count; i++)
        {
            CheckMayIssue(authorities[i], authoritiesBelow: i, usage);
        }

        return new CertificatePath(leaf, authorities);
    }

    /// <summary>
    /// The shortest way up, breadth first. Of two certificates for one authority either may be the one that leads on, so all are followed; and each is reached
    /// once only, so that certificates that vouch for each other cost no more than their pairs.
    /// </summary>
    private static List<Certificate>? WayUp(Certificate leaf, CertificateChain chain, IReadOnlyList<Certificate> helpers)
    {
        var reached = new List<(Certificate Certificate, int Below)> { (leaf, -1) };
        for (var i = 0; i < reached.Count; i++)
        {
            var current = reached[i].Certificate;
            if (FindIssuer(current, chain.Certificates, i == 0 ? IsIssuedByTrusted : IsIssuedByStranger) is { } index)
            {
                List<Certificate> authorities = [.. chain.Certificates.Skip(index)];
                for (var below = i; below > 0; below = reached[below].Below)
                {
                    authorities.Insert(0, reached[below].Certificate);
                }

                return authorities;
            }

            foreach (var helper in helpers)
            {
                if (Names(helper, current) && !reached.Exists(step => step.Certificate.Equals(helper)) && IsIssuedByStranger(current, helper))
                {
                    reached.Add((helper, i));
                }
            }
        }

        return null;
    }

    /// <summary>Whether <paramref name="issuer"/> is the one that <paramref name="certificate"/> names: by name, and by key identifier where both give one.</summary>
    internal static bool Names(Certificate issuer, Certificate certificate) =>
        issuer.Subject.Equals(certificate.Issuer)
        && (issuer.SubjectKeyId.IsEmpty || certificate.AuthorityKeyId.IsEmpty
            || issuer.SubjectKeyId.Span.SequenceEqual(certificate.AuthorityKeyId.Span));

    private static int? FindIssuer(Certificate certificate, IReadOnlyList<Certificate> candidates, Func<Certificate, Certificate, bool> isIssuedBy)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (Names(candidates[i], certificate) && isIssuedBy(certificate, candidates[i]))
            {
                return i;
            }
        }

        return null;
    }

    private static bool IsIssuedByTrusted(Certificate certificate, Certificate issuer) => certificate.SignatureAlgorithm.IsAccepted
        ? certificate.IsSignedBy(issuer)
        : throw new EvidenceException(FailureCode.CertificateProfile, $"A certificate is signed with an algorithm that is not accepted: {certificate}.");

    /// <summary>A stranger's key of a kind that is not accepted leads nowhere, and is no fault of an authority that we trust.</summary>
    private static bool IsIssuedByStranger(Certificate certificate, Certificate issuer)
    {
        try
        {
            return certificate.IsSignedBy(issuer);
        }
        catch (EvidenceException e) when (e.Code == FailureCode.KeyUnsupported)
        {
            return false;
        }
    }

    private static void CheckMayIssue(Certificate authority, int authoritiesBelow, string usage)
    {
        if (MayIssue(authority, usage) is { } fault)
        {
            throw Profile(authority, fault);
        }

        if (authority.PathLength < authoritiesBelow)
        {
            throw Profile(authority, $"allows {authority.PathLength} authorities below it, and there are {authoritiesBelow}");
        }
    }

    /// <summary>Why an authority may not issue for this usage; null where it may.</summary>
    private static string? MayIssue(Certificate authority, string usage)
    {
        if (!authority.IsAuthority || !authority.KeyUsage.HasFlag(KeyUsages.KeyCertSign))
        {
            return "is not one of an authority";
        }

        // An authority without the extension may issue for any usage; one that has it may not issue for another.
        return authority.ExtendedKeyUsages.Count > 0
            && !authority.ExtendedKeyUsages.Contains(usage) && !authority.ExtendedKeyUsages.Contains(Oids.AnyExtendedKeyUsage)
            ? "may not issue for this usage"
            : null;
    }

    private static void RequireValid(Certificate certificate, DateTimeOffset time)
    {
        if (!certificate.IsValidAt(time))
        {
            throw new EvidenceException(
                FailureCode.CertificateExpired,
                $"A certificate was valid from {certificate.NotBefore:u} to {certificate.NotAfter:u} and not at {time:u}: {certificate}.");
        }
    }

    private static EvidenceException Profile(Certificate authority, string fault) =>
        new(FailureCode.CertificateProfile, $"The authority certificate {authority} {fault}.");
}
