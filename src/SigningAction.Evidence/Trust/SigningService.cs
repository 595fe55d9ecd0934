namespace SigningAction.Evidence.Trust;

/// <summary>One service of a signing config.</summary>
/// <param name="Url">Base URL of a CA or log; the complete URL of a timestamp authority.</param>
/// <param name="MajorApiVersion">Version of its API: Fulcio 1 (although its path says v2), Rekor 1 or 2, timestamps 1.</param>
/// <param name="ValidFor">When it may be used.</param>
/// <param name="Operator">Who runs it.</param>
public sealed record SigningService(string Url, int MajorApiVersion, Validity ValidFor, string Operator);
