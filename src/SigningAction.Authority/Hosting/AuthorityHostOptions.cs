using System.Security.Cryptography;
using SigningAction.Authority.Keys;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Hosting;

/// <summary>How <see cref="AuthorityHost"/> is started, beyond what the directory says.</summary>
public sealed record AuthorityHostOptions
{
    /// <summary>Where to listen instead of what the configuration says.</summary>
    public ListenAddress? Listen { get; init; }

    /// <summary>A listening socket that was inherited; it goes before every address.</summary>
    public InheritedSocket? Socket { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Gives, for each private key, the key that signs in its place: where keys live in a store or a module. It is given the key of the file, which it owns from then on.
    /// It must give up within seconds; what it throws is answered with 503, and every signature is verified before it is used. Null: keys are files.
    /// </summary>
    public Func<AuthorityKey, ECDsa, ECDsa>? Keys { get; init; }

    /// <summary>Gives the serial number of each certificate, by the time at which it is made: 1 to 20 octets, positive and minimal as a DER INTEGER.</summary>
    public Func<DateTimeOffset, byte[]> Serials { get; init; } = CertificateSerial.Create;

    /// <summary>Further services and their configuration, for tests and for programs that hold an authority in process.</summary>
    public Action<WebApplicationBuilder>? Configure { get; init; }
}
