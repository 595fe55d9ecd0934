using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Trust;

namespace SigningAction.Authority.Trust;

/// <summary>A set of certificates as trust files name it.</summary>
/// <param name="Chain">Issuing certificate first, root last.</param>
/// <param name="TimestampChain">Timestamping certificate first, root last.</param>
/// <param name="ValidFor">When it may vouch for signatures.</param>
public sealed record TrustedAuthority(IReadOnlyList<Certificate> Chain, IReadOnlyList<Certificate> TimestampChain, Validity ValidFor);
