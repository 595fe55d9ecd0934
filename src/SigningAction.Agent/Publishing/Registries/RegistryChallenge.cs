namespace SigningAction.Agent.Publishing.Registries;

/// <summary>What a registry wants to see before it answers: the value of <c>WWW-Authenticate</c> (RFC 9110, section 11.6.1; Docker token authentication).</summary>
/// <param name="IsBearer">Whether it wants a token of <paramref name="Realm"/>; otherwise the credential itself (Basic).</param>
/// <param name="Realm">Address of its token service.</param>
/// <param name="Service">Name by which the token service knows the registry.</param>
internal sealed record RegistryChallenge(bool IsBearer, string Realm, string Service)
{
    /// <summary>Reads a header; null for a scheme that is not spoken here.</summary>
    public static RegistryChallenge? Parse(string? header)
    {
        if (header is null)
        {
            return null;
        }

        if (header.StartsWith("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return new RegistryChallenge(false, "", "");
        }

        const string Bearer = "Bearer ";
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rest = header.AsSpan(Bearer.Length);
        while (rest.IndexOf("=\"", StringComparison.Ordinal) is var equals and > 0)
        {
            var name = rest[..equals].Trim(" ,").ToString();
            rest = rest[(equals + 2)..];
            var end = rest.IndexOf('"');
            if (end < 0)
            {
                return null;
            }

            values.TryAdd(name, rest[..end].ToString());
            rest = rest[(end + 1)..];
        }

        return values.TryGetValue("realm", out var realm) ? new RegistryChallenge(true, realm, values.GetValueOrDefault("service", "")) : null;
    }
}
