namespace SigningAction.Authority.Hosting;

/// <summary>The authority is not set up soundly: the server does not start. The message names the file, what is wrong and what to do.</summary>
public sealed class ConfigurationRefusedException(string message, Exception? inner = null) : Exception(message, inner);
