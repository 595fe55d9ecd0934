namespace SigningAction.Authority.Storage;

/// <summary>A certificate has a serial number that another one has already (RFC 5280, section 4.1.2.2: one issuer never gives one twice). Nothing was written.</summary>
public sealed class SerialTakenException(string serial, Exception? inner = null) : Exception($"The serial number {serial} is taken.", inner)
{
    /// <summary>The number, lowercase hexadecimal.</summary>
    public string Serial { get; } = serial;
}
