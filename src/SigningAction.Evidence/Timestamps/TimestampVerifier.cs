using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Timestamps;

/// <summary>Verifies RFC 3161 timestamps against the authorities of a trusted root, at the time that each token claims and never at now.</summary>
public static class TimestampVerifier
{
    /// <summary>Verifies one stored response.</summary>
    /// <param name="response">DER of the whole TimeStampResp.</param>
    /// <param name="stampedBytes">The bytes that must have been stamped: the raw signature.</param>
    /// <param name="authorities">The timestamp authorities of the trusted root.</param>
    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.TimestampMalformed"/>; <see cref="FailureCode.TimestampUntrusted"/> when no authority is known to have signed it, which a
    /// caller may ignore when it has another timestamp; and for a token of a known authority <see cref="FailureCode.TimestampMismatch"/>,
    /// <see cref="FailureCode.TimestampSignature"/>, <see cref="FailureCode.TimestampCertificate"/> or <see cref="FailureCode.TimestampOutsideTrust"/>,
    /// which no caller may ignore.
    /// </exception>
    public static VerifiedTimestamp Verify(
        ReadOnlyMemory<byte> response, ReadOnlySpan<byte> stampedBytes, IReadOnlyList<TimestampAuthority> authorities)
    {
        var token = TimestampToken.Parse(response);
        return Verify(token, HashAlgorithms.Hash(token.Hash, stampedBytes), authorities);
    }

    /// <summary>The same for whoever has only the digest of what was stamped, such as the authority that stamped it.</summary>
    /// <param name="response">DER of the whole TimeStampResp.</param>
    /// <param name="hash">The hash that made <paramref name="digest"/>.</param>
    /// <param name="digest">The digest that must have been stamped.</param>
    /// <param name="authorities">The timestamp authorities of the trusted root.</param>
    /// <exception cref="EvidenceException">As <see cref="Verify(ReadOnlyMemory{byte}, ReadOnlySpan{byte}, IReadOnlyList{TimestampAuthority})"/>.</exception>
    public static VerifiedTimestamp VerifyDigest(
        ReadOnlyMemory<byte> response, HashAlgorithmName hash, ReadOnlySpan<byte> digest, IReadOnlyList<TimestampAuthority> authorities)
    {
        var token = TimestampToken.Parse(response);

        // Digests of two hashes can have one length; the token's own name for it is what verifiers will hash with.
        return Verify(token, token.Hash == hash ? digest : default, authorities);
    }

    private static VerifiedTimestamp Verify(TimestampToken token, ReadOnlySpan<byte> digest, IReadOnlyList<TimestampAuthority> authorities)
    {
        var embedded = ParseEmbedded(token, authorities);
        EvidenceException? refusal = null;

        // A trusted root may list one signer twice, with two times: what one entry refuses another may prove, each with its own window only.
        foreach (var authority in authorities)
        {
            if (FindSigner(token, embedded, authority) is not { } signer)
            {
                continue;
            }

            try
            {
                return Verify(token, digest, authority, signer, embedded);
            }
            catch (EvidenceException e) when (e.Code != FailureCode.TimestampUntrusted)
            {
                refusal ??= e;
            }
            catch (EvidenceException e) when (e.Code == FailureCode.TimestampUntrusted)
            {
                // It names this authority, and this authority did not issue it: like any stranger's.
            }
        }

        throw refusal ?? new EvidenceException(
            FailureCode.TimestampUntrusted, "The timestamp was signed by an authority that the trusted root does not list.");
    }

    /// <inheritdoc cref="Verify(ReadOnlyMemory{byte}, ReadOnlySpan{byte}, IReadOnlyList{TimestampAuthority})"/>
    public static VerifiedTimestamp Verify(ReadOnlyMemory<byte> response, ReadOnlySpan<byte> stampedBytes, TimestampAuthority authority) =>
        Verify(response, stampedBytes, [authority]);

    private static VerifiedTimestamp Verify(
        TimestampToken token, ReadOnlySpan<byte> digest, TimestampAuthority authority, Certificate signer, List<Certificate> embedded)
    {
        var path = BuildPath(authority, signer, embedded);
        CheckProfile(signer);
        if (!digest.SequenceEqual(token.Digest.Span))
        {
            throw new EvidenceException(FailureCode.TimestampMismatch, "The timestamp was made over other bytes than this signature.");
        }

        CheckSignature(token, signer);
        try
        {
            path.CheckValidAt(token.ClaimedTime);
        }
        catch (EvidenceException e) when (e.Code == FailureCode.CertificateExpired)
        {
            throw new EvidenceException(FailureCode.TimestampCertificate, e.Failure.Fault, e);
        }

        return authority.ValidFor.Contains(token.ClaimedTime)
            ? new VerifiedTimestamp(token.ClaimedTime, authority, token)
            : throw new EvidenceException(
                FailureCode.TimestampOutsideTrust, $"The timestamp is of {token.ClaimedTime:u}, for which the trusted root does not vouch for its authority.");
    }

    /// <summary>
    /// The signer by the token's signer identifier, never by its place in the bag: anybody can add certificates to it. A bag that is not empty must
    /// hold the signer (RFC 3161, section 2.4.2), and exactly the pinned one where the trusted root pins it.
    /// </summary>
    private static Certificate? FindSigner(TimestampToken token, List<Certificate> embedded, TimestampAuthority authority)
    {
        var named = embedded.FindAll(token.Signer.Names);
        if (authority.Signer is { } pinned)
        {
            return token.Signer.Names(pinned) && (token.Certificates.Count == 0 || (named.Count == 1 && pinned.Equals(named[0]))) ? pinned : null;
        }

        return named.Count == 1 ? named[0] : null;
    }

    private static CertificatePath BuildPath(TimestampAuthority authority, Certificate signer, List<Certificate> embedded)
    {
        try
        {
            var path = authority.PathOf(signer, embedded);
            _ = signer.Key; // Parsed here, so that a key of a kind that is not accepted is the certificate's fault.
            return path;
        }
        catch (EvidenceException e) when (e.Code == FailureCode.UntrustedIssuer)
        {
            throw new EvidenceException(FailureCode.TimestampUntrusted, e.Failure.Fault, e);
        }
        catch (EvidenceException e) when (e.Code is FailureCode.CertificateProfile or FailureCode.KeyUnsupported)
        {
            throw new EvidenceException(FailureCode.TimestampCertificate, e.Failure.Fault, e);
        }
    }

    /// <summary>RFC 3161, section 2.3: one extended key usage, timeStamping, critical. And no authority.</summary>
    private static void CheckProfile(Certificate signer)
    {
        const KeyUsages Signing = KeyUsages.DigitalSignature | KeyUsages.ContentCommitment;
        if (signer.ClaimsAuthority
            || !signer.ExtendedKeyUsageIsCritical || signer.ExtendedKeyUsages is not [Oids.TimeStamping]
            || (signer.KeyUsage != KeyUsages.None && ((signer.KeyUsage & Signing) == 0 || signer.KeyUsage.HasFlag(KeyUsages.KeyCertSign))))
        {
            throw new EvidenceException(FailureCode.TimestampCertificate, $"The timestamp's signer is no timestamping certificate: {signer}.");
        }
    }

    private static void CheckSignature(TimestampToken token, Certificate signer)
    {
        var digest = HashAlgorithms.Hash(token.Signer.Hash, token.Content.Span);
        if (!digest.AsSpan().SequenceEqual(token.Signer.MessageDigest.Span))
        {
            throw Bad("does not cover its content");
        }

        if (!token.Signer.Binds(signer))
        {
            throw Bad("does not cover its certificate");
        }

        if (!token.Signer.Algorithm.Verify(signer.Key, token.Signer.SignedBytes.Span, token.Signer.Signature.Span))
        {
            throw Bad("does not verify");
        }
    }

    private static EvidenceException Bad(string fault) =>
        new(FailureCode.TimestampSignature, $"The timestamp's signature {fault}.");

    /// <summary>What does not parse is left out: it can neither be the signer nor lead to one, and a stranger may have put it there.</summary>
    private static List<Certificate> ParseEmbedded(TimestampToken token, IReadOnlyList<TimestampAuthority> authorities)
    {
        var certificates = new List<Certificate>();
        foreach (var der in token.Certificates)
        {
            try
            {
                certificates.Add(Pinned(der, authorities) ?? Certificate.Parse(der));
            }
            catch (EvidenceException)
            {
                continue;
            }
        }

        return certificates;
    }

    /// <summary>A pinned signer of the very same bytes, which is parsed already.</summary>
    private static Certificate? Pinned(ReadOnlyMemory<byte> der, IReadOnlyList<TimestampAuthority> authorities)
    {
        foreach (var authority in authorities)
        {
            if (authority.Signer is { } signer && signer.RawBytes.Span.SequenceEqual(der.Span))
            {
                return signer;
            }
        }

        return null;
    }
}
