using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using SigningAction.Authority.Bundles;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Testing;

/// <summary>How an <see cref="AuthorityInProcess"/> is made.</summary>
public sealed record AuthorityInProcessOptions
{
    /// <summary>The clock of authority and issuer.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The signing policy; null allows what the issuer's run is.</summary>
    public Func<PipelineIssuer, string>? Policy { get; init; }

    /// <summary>The issuers that it accepts; null accepts the one, as GitHub's.</summary>
    public Func<PipelineIssuer, IReadOnlyList<IssuerOptions>>? Issuers { get; init; }

    /// <summary>Whether callers may have RSA keys certified.</summary>
    public bool RsaKeys { get; init; }

    /// <summary>Changes the server before it is built.</summary>
    public Action<WebApplicationBuilder>? Configure { get; init; }

    /// <summary>How much at once.</summary>
    public LimitOptions Limits { get; init; } = new() { RequestsPerSecond = 1_000_000, Burst = 1_000_000 };

    /// <summary>How much room kept bundles have; little must be free, so that a test runs on any disk.</summary>
    public BundleOptions Bundles { get; init; } = new() { ReserveMegabytes = 64 };

    /// <summary>Whose signatures its log takes.</summary>
    public EntrySigners Signers { get; init; } = EntrySigners.Own;

    /// <summary>Whether a token may be exchanged for one key only.</summary>
    public bool SingleUse { get; init; }

    /// <summary>With which other clocks the authority compares its own.</summary>
    public ClockOptions Clock { get; init; } = new();

    /// <summary>Where its keys live; null: in files.</summary>
    public Func<AuthorityKey, ECDsa, ECDsa>? Keys { get; init; }

    /// <summary>The serial numbers of its certificates.</summary>
    public Func<DateTimeOffset, byte[]> Serials { get; init; } = CertificateSerial.Create;

    /// <summary>Everything that the authority logs.</summary>
    public LogLines Log { get; init; } = new();
}
