using System.Formats.Asn1;
using System.Globalization;
using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// The identity extensions below 1.3.6.1.4.1.57264.1 (Fulcio's <c>docs/oid-info.md</c>): .1 to .6 are bare UTF-8, .8 and above are DER UTF8String.
/// One table serves reading and writing; numbers that are not in it are tolerated, because the list grows.
/// </summary>
internal static class SigstoreExtensions
{
    private const int Issuer = 1;
    private const int LastBare = 6;
    private const int IssuerV2 = 8;
    private const byte Utf8StringTag = 0x0c;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly (int Number, Func<PipelineIdentity, string?> Value)[] Written =
    [
        (Issuer, i => i.Issuer),

        // .2, .3 and .6 are GitHub's words; RepositoryName is set only for platforms that speak them.
        (2, i => i.RepositoryName is null ? null : i.Event),
        (3, i => i.RepositoryName is null ? null : i.SourceDigest),
        (4, i => i.WorkflowName),
        (5, i => i.RepositoryName),
        (6, i => i.RepositoryName is null ? null : i.SourceRef),
        (IssuerV2, i => i.Issuer),
        (9, i => i.SignerUri),
        (10, i => i.SignerDigest),
        (11, i => i.RunnerEnvironment),
        (12, i => i.RepositoryUri),
        (13, i => i.SourceDigest),
        (14, i => i.SourceRef),
        (15, i => i.RepositoryId),
        (16, i => i.OwnerUri),
        (17, i => i.OwnerId),
        (18, i => i.CallerUri),
        (19, i => i.CallerDigest),
        (20, i => i.Event),
        (21, i => i.RunUri),
        (22, i => i.Visibility),
        (23, i => i.Environment),
        (24, i => i.Subject),
    ];

    /// <summary>The identifiers in DER, in the order of the table: putting them into DER anew was most of what a certificate cost besides its signatures.</summary>
    private static readonly byte[][] Identifiers =
        [.. Written.Select(extension => CertificateWriter.Identifier(Oids.SigstoreArc + extension.Number.ToString(CultureInfo.InvariantCulture)))];

    /// <summary>What the extensions say; null when none names an issuer.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.CertificateMalformed"/>; <see cref="FailureCode.CertificateProfile"/> when .1 and .8 differ.</exception>
    public static PipelineIdentity? Read(Certificate certificate, SubjectAlternativeName name)
    {
        var values = new string?[Written[^1].Number + 1];
        foreach (var extension in certificate.Extensions)
        {
            if (NumberOf(extension.Oid) is { } number && (number <= LastBare || (number >= IssuerV2 && number <= Written[^1].Number)))
            {
                values[number] = ReadText(extension, number);
            }
        }

        string? Value(int number) => values[number];
        var issuer = Value(IssuerV2) ?? Value(Issuer);
        if (Value(Issuer) is { } old && old != issuer)
        {
            throw new EvidenceException(FailureCode.CertificateProfile, "The certificate names two different OIDC issuers.");
        }

        return string.IsNullOrEmpty(issuer) ? null : new PipelineIdentity
        {
            Issuer = issuer,
            Subject = Value(24) ?? string.Empty,
            SignerUri = name.Value,
            SignerDigest = Value(10),
            RunnerEnvironment = Value(11),
            RepositoryUri = Value(12),

            // Certificates from before .8 was there say the same three facts in the deprecated extensions only.
            SourceDigest = Value(13) ?? Value(3),
            SourceRef = Value(14) ?? Value(6),
            Event = Value(20) ?? Value(2),
            RepositoryId = Value(15),
            OwnerUri = Value(16),
            OwnerId = Value(17),
            CallerUri = Value(18),
            CallerDigest = Value(19),
            RunUri = Value(21),
            Visibility = Value(22),
            Environment = Value(23),
            WorkflowName = Value(4),
            RepositoryName = Value(5),
        };
    }

    /// <summary>
    /// Encoded Extension values, one after the other in ascending order of their numbers; empty values are left out. Written into one array: pieces were half
    /// of a certificate's cost besides its signatures.
    /// </summary>
    public static byte[] Write(PipelineIdentity identity)
    {
        var texts = Array.ConvertAll(Written, extension => extension.Value(identity) ?? string.Empty);
        var size = 0;
        for (var i = 0; i < texts.Length; i++)
        {
            size += texts[i].Length == 0 ? 0 : Der.Size(Sizes(i, texts[i]).Content);
        }

        var encoded = new byte[size];
        var rest = encoded.AsSpan();
        for (var i = 0; i < texts.Length; i++)
        {
            rest = texts[i].Length == 0 ? rest : Write(i, texts[i], rest);
        }

        return encoded;
    }

    private static Span<byte> Write(int i, string text, Span<byte> rest)
    {
        var (utf8, value, content) = Sizes(i, text);
        rest = Der.WriteHeader(rest, Der.SequenceTag, content);
        Identifiers[i].CopyTo(rest);
        rest = Der.WriteHeader(rest[Identifiers[i].Length..], Der.OctetStringTag, value);
        rest = IsBare(i) ? rest : Der.WriteHeader(rest, Utf8StringTag, utf8);
        return rest[StrictUtf8.GetBytes(text, rest)..];
    }

    /// <summary>Octets of an extension's text, of its value, and of what stands in its SEQUENCE.</summary>
    private static (int Utf8, int Value, int Content) Sizes(int i, string text)
    {
        var utf8 = StrictUtf8.GetByteCount(text);
        var value = IsBare(i) ? utf8 : Der.Size(utf8);
        return (utf8, value, Identifiers[i].Length + Der.Size(value));
    }

    private static bool IsBare(int i) => Written[i].Number <= LastBare;

    private static int? NumberOf(string oid) =>
        oid.StartsWith(Oids.SigstoreArc, StringComparison.Ordinal)
        && int.TryParse(oid.AsSpan(Oids.SigstoreArc.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    private static string ReadText(CertificateExtension extension, int number)
    {
        try
        {
            if (number <= LastBare)
            {
                return StrictUtf8.GetString(extension.Value.Span);
            }

            var reader = new AsnReader(extension.Value, AsnEncodingRules.DER);
            var text = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
            reader.ThrowIfNotEmpty();
            return text;
        }
        catch (Exception e) when (e is AsnContentException or DecoderFallbackException)
        {
            throw new EvidenceException(FailureCode.CertificateMalformed, $"The certificate's extension {extension.Oid} is not UTF-8 text.", e);
        }
    }
}
