using System.Diagnostics.CodeAnalysis;
using System.Net;
using SigningAction.Agent.Pipelines;

namespace SigningAction.Agent.Services;

/// <summary>Address of a service: <c>https</c>, or <c>http</c> to this machine only; no user, no fragment. Tokens are sent nowhere else.</summary>
public sealed record ServiceAddress
{
    private ServiceAddress(Uri uri) => Uri = uri;

    /// <summary>The address.</summary>
    public Uri Uri { get; }

    /// <summary>Whether <paramref name="text"/> is such an address.</summary>
    public static bool IsUsable(string text) => TryParse(text, out _);

    /// <summary>Reads an address; <paramref name="what"/> names it in the message.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>.</exception>
    public static ServiceAddress Parse(string text, string what)
    {
        if (!TryParse(text, out var uri))
        {
            throw new AgentException(
                AgentFault.Usage,
                $"The address of {what} is not usable: '{UntrustedText.OneLine(WithoutUser(text))}'. It must be an https URL (http only for 127.0.0.1, [::1] and localhost), without user name and fragment.");
        }

        return new ServiceAddress(uri);
    }

    /// <summary>This base address with <paramref name="path"/> (no leading slash) after it, whether or not it ends with a slash.</summary>
    public Uri At(string path) => new($"{Uri.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path}");

    private static bool TryParse(string text, [NotNullWhen(true)] out Uri? uri) => Uri.TryCreate(text, UriKind.Absolute, out uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && IsThisMachine(uri)))
        && uri.UserInfo.Length == 0
        && uri.Fragment.Length == 0;

    /// <summary>A password in an address must not come into a log through the message that refuses it.</summary>
    private static string WithoutUser(string text) =>
        text.LastIndexOf('@') is var at and >= 0 && text.IndexOf("//", StringComparison.Ordinal) is var start && start < at ? $"{text[..(start < 0 ? 0 : start + 2)]}***{text[at..]}" : text;

    private static bool IsThisMachine(Uri uri) =>
        uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
