using System.Text;
using System.Text.Json;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Issuance;

/// <summary>
/// The answer of <c>POST /api/v2/signingCert</c>. All of it but the leaf is the same for everybody, and is written once; of a PEM block only the line ends are not
/// themselves in JSON.
/// </summary>
internal sealed class SigningCertificateAnswer
{
    /// <summary>Stands for the leaf in the template; a character that no PEM text has.</summary>
    private const string Leaf = "%";

    private readonly byte[] _head;
    private readonly byte[] _tail;

    /// <param name="chainPem">The certificates above the leaf, as PEM.</param>
    public SigningCertificateAnswer(IReadOnlyList<string> chainPem)
    {
        var template = JsonSerializer.Serialize(
            new SigningCertificateJson(new EmbeddedSctJson(new ChainJson([Leaf, .. chainPem]))), FulcioJson.Readable.SigningCertificateJson);
        var parts = template.Split(Leaf);
        (_head, _tail) = (Encoding.ASCII.GetBytes(parts[0]), Encoding.ASCII.GetBytes(parts[1]));
    }

    /// <summary>The answer with this leaf, JSON.</summary>
    public byte[] With(ReadOnlySpan<byte> leaf)
    {
        var pem = Pem.OfCertificate(leaf).Replace("\n", "\\n", StringComparison.Ordinal);
        var answer = new byte[_head.Length + pem.Length + _tail.Length];
        _head.CopyTo(answer, 0);
        _ = Encoding.ASCII.GetBytes(pem, answer.AsSpan(_head.Length));
        _tail.CopyTo(answer, _head.Length + pem.Length);
        return answer;
    }
}
