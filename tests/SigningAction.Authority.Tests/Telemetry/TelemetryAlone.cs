namespace SigningAction.Authority.Tests.Telemetry;

/// <summary>
/// Tests of what a collector gets run beside no other test. OpenTelemetry listens to all meters of one name in the process as to one, and ends their metrics when
/// the first of these meters is disposed: an authority that stops meanwhile, in any other test, would take away what is counted here.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TelemetryAlone
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "telemetry";
}
