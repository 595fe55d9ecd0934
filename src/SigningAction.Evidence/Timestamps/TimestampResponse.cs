using System.Formats.Asn1;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Timestamps;

/// <summary>A TimeStampResp (RFC 3161, section 2.4.2): a status, and a token where the status grants one.</summary>
public sealed class TimestampResponse
{
    private const int Granted = 0;
    private const int GrantedWithMods = 1;
    private const int Rejection = 2;

    private TimestampResponse(int status, string? text, ReadOnlyMemory<byte> token)
    {
        Status = status;
        Text = text;
        Token = token;
    }

    /// <summary>PKIStatus: 0 granted, 1 granted with modifications, anything else refused.</summary>
    public int Status { get; }

    /// <summary>Whether a token is there.</summary>
    public bool IsGranted => Status is Granted or GrantedWithMods;

    /// <summary>What the authority says about the status, or null. Text of a stranger: escape it where it is shown.</summary>
    public string? Text { get; }

    /// <summary>DER of the token, a ContentInfo; empty when refused.</summary>
    public ReadOnlyMemory<byte> Token { get; }

    /// <summary>Parses a response and nothing after it: a token exactly when it is granted.</summary>
    /// <param name="der">DER; copied.</param>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TimestampMalformed"/> or <see cref="FailureCode.TooLarge"/>.</exception>
    public static TimestampResponse Parse(ReadOnlyMemory<byte> der)
    {
        if (der.Length > Limits.TimestampResponseBytes)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"A timestamp has {der.Length} bytes, more than {Limits.TimestampResponseBytes}.");
        }

        try
        {
            var response = Der.ReadWholeSequence(der.ToArray());
            var info = response.ReadSequence();
            if (!info.TryReadInt32(out var status))
            {
                throw new EvidenceException(FailureCode.TimestampMalformed, "A timestamp response has a status out of range.");
            }

            var text = info.NextIs(UniversalTagNumber.Sequence) ? ReadText(info.ReadSequence()) : null;
            var hasFailure = info.NextIs(UniversalTagNumber.BitString);
            if (hasFailure)
            {
                _ = info.ReadNamedBitList();
            }

            info.ThrowIfNotEmpty();
            ReadOnlyMemory<byte> token = response.HasData ? response.ReadEncodedValue() : default;
            response.ThrowIfNotEmpty();
            var parsed = new TimestampResponse(status, text, token);
            return parsed.IsGranted != token.IsEmpty && !(parsed.IsGranted && hasFailure)
                ? parsed
                : throw new EvidenceException(FailureCode.TimestampMalformed, "A timestamp response contradicts its status.");
        }
        catch (AsnContentException e)
        {
            throw new EvidenceException(FailureCode.TimestampMalformed, "A timestamp response is not strict DER of RFC 3161.", e);
        }
    }

    /// <summary>DER of a rejection.</summary>
    /// <param name="refusal">Why; <see cref="TimestampRefusal.None"/> is no reason.</param>
    /// <param name="text">One sentence for the caller.</param>
    public static byte[] Reject(TimestampRefusal refusal, string text)
    {
        var bit = refusal switch
        {
            TimestampRefusal.BadAlgorithm => 0,
            TimestampRefusal.BadRequest => 2,
            TimestampRefusal.BadDataFormat => 5,
            TimestampRefusal.TimeNotAvailable => 14,
            TimestampRefusal.UnacceptedPolicy => 15,
            TimestampRefusal.UnacceptedExtension => 16,
            TimestampRefusal.SystemFailure => 25,
            _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a reason."),
        };
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteInteger(Rejection);
            using (writer.PushSequence())
            {
                writer.WriteCharacterString(UniversalTagNumber.UTF8String, text);
            }

            // A named bit list ends with its last one-bit (X.690, section 11.2.2).
            var bits = new byte[(bit / 8) + 1];
            bits[^1] = (byte)(0x80 >> (bit % 8));
            writer.WriteBitString(bits, 7 - (bit % 8));
        }

        return writer.Encode();
    }

    /// <summary>DER of a granted response around a token.</summary>
    internal static byte[] Grant(ReadOnlyMemory<byte> token)
    {
        ReadOnlyMemory<byte> status = new byte[] { 0x30, 0x03, 0x02, 0x01, Granted };
        return Der.Wrap(Der.SequenceTag, status, token);
    }

    private static string ReadText(AsnReader texts)
    {
        var lines = new List<string>();
        while (texts.HasData)
        {
            lines.Add(texts.ReadCharacterString(UniversalTagNumber.UTF8String));
        }

        return string.Join('\n', lines);
    }
}
