namespace SigningAction.Authority.Hosting;

/// <summary>
/// One set of the authority's own certificates with their keys: root, issuing certificate, timestamp root, timestamp certificate. A line of <c>certificates.json</c>;
/// none is ever taken off the list, because what a set signed is verified for years.
/// </summary>
public sealed record CertificateSetRecord
{
    /// <summary>1 is that of <c>init</c>; 2, 3 and so on in the order of the list. The files of the later ones have it in their names.</summary>
    public required int Number { get; init; }

    /// <summary>When the next set took its place; null while it signs, or waits to.</summary>
    public DateTimeOffset? Replaced { get; init; }
}
