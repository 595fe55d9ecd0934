using System.Globalization;

namespace SigningAction.Verifier.Inspection;

/// <summary>Names of the extensions and usages that signing certificates carry: RFC 5280, RFC 6962 and Fulcio's <c>docs/oid-info.md</c>.</summary>
internal static class ExtensionNames
{
    public const string SubjectKeyId = "2.5.29.14";
    public const string KeyUsage = "2.5.29.15";
    public const string SubjectAltName = "2.5.29.17";
    public const string BasicConstraints = "2.5.29.19";
    public const string AuthorityKeyId = "2.5.29.35";
    public const string ExtendedKeyUsage = "2.5.29.37";
    public const string SctList = "1.3.6.1.4.1.11129.2.4.2";

    private const string Sigstore = "1.3.6.1.4.1.57264.1.";
    private const int LastBareText = 6;

    /// <summary>In the order of their numbers, from .1 on.</summary>
    private static readonly string[] SigstoreNames =
    [
        "issuer (deprecated)", "workflow trigger (deprecated)", "workflow SHA (deprecated)", "workflow name (deprecated)", "workflow repository (deprecated)",
        "workflow ref (deprecated)", "user name", "issuer", "build signer URI", "build signer digest", "runner environment", "source repository URI",
        "source repository digest", "source repository ref", "source repository identifier", "source repository owner URI",
        "source repository owner identifier", "build config URI", "build config digest", "build trigger", "run invocation URI",
        "source repository visibility at signing", "deployment environment", "token subject",
    ];

    /// <summary>Null for one that is not known.</summary>
    public static string? Of(string oid) => oid switch
    {
        SubjectKeyId => "subject key identifier",
        KeyUsage => "key usage",
        SubjectAltName => "subject alternative name",
        BasicConstraints => "basic constraints",
        AuthorityKeyId => "authority key identifier",
        ExtendedKeyUsage => "extended key usage",
        SctList => "signed certificate timestamps",
        "1.3.6.1.5.5.7.3.3" => "code signing",
        "1.3.6.1.5.5.7.3.8" => "time stamping",
        _ => Number(oid) is > 0 and var number && number <= SigstoreNames.Length ? SigstoreNames[number - 1] : null,
    };

    /// <summary>Whether the value is UTF-8 without DER around it.</summary>
    public static bool IsBareText(string oid) => Number(oid) is > 0 and <= LastBareText;

    private static int Number(string oid) =>
        oid.StartsWith(Sigstore, StringComparison.Ordinal) && int.TryParse(oid.AsSpan(Sigstore.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : 0;
}
