using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Timestamps;

/// <summary>A proven time: only <see cref="TimestampVerifier"/> makes one.</summary>
public sealed class VerifiedTimestamp
{
    internal VerifiedTimestamp(DateTimeOffset time, TimestampAuthority authority, TimestampToken token)
    {
        Time = time;
        Authority = authority;
        Token = token;
    }

    /// <summary>When the bytes existed at the latest.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Who says so: for thresholds, two stamps of one authority count once.</summary>
    public TimestampAuthority Authority { get; }

    /// <summary>The token, for its serial, policy and nonce.</summary>
    public TimestampToken Token { get; }
}
