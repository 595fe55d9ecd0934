using System.Text.Json;
using System.Text.Unicode;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Encoding;

/// <summary>
/// A look over JSON of strangers before anything is built from it. Three bytes of text (<c>{},</c>) make an object of a hundred, so a cap on bytes alone
/// lets a bundle take a gigabyte; and text that is no Unicode passes the platform's parser, to fail whoever reads it later.
/// </summary>
internal static class JsonTokens
{
    /// <summary>Requires Unicode text and at most so many tokens.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TooMany"/>.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A text escapes half a character.</exception>
    public static void Require(ReadOnlySpan<byte> utf8, int most, string what)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new JsonException("It is not UTF-8.");
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Limits.JsonDepth });
        for (var count = 0; reader.Read(); count++)
        {
            if (count == most)
            {
                throw new EvidenceException(FailureCode.TooMany, $"The {what} has more than {most} JSON tokens.");
            }

            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                _ = reader.GetString();
            }
        }
    }
}
