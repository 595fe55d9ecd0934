using SigningAction.Evidence.Certificates;

namespace SigningAction.Evidence.Trust;

/// <summary>A certificate authority that a trusted root vouches for.</summary>
/// <param name="Uri">Where it is; a label.</param>
/// <param name="Chain">From the issuing certificate to the anchor.</param>
/// <param name="ValidFor">When its certificates may have been used.</param>
public sealed record CertificateAuthority(string Uri, CertificateChain Chain, Validity ValidFor);
