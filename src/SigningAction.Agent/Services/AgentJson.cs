using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Signing;

namespace SigningAction.Agent.Services;

/// <summary>Every document of a service that the agent reads or writes. Duplicate members are refused, unknown ones passed over.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    AllowDuplicateProperties = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenEndpoint.TokenAnswer))]
[JsonSerializable(typeof(ServiceRefusal.Error))]
[JsonSerializable(typeof(FulcioClient.Request), TypeInfoPropertyName = "FulcioRequest")]
[JsonSerializable(typeof(FulcioClient.Answer), TypeInfoPropertyName = "FulcioAnswer")]
[JsonSerializable(typeof(PossessionChallenge.Configuration), TypeInfoPropertyName = "FulcioConfiguration")]
[JsonSerializable(typeof(TileLogClient.Request), TypeInfoPropertyName = "RekorRequest")]
[JsonSerializable(typeof(Dictionary<string, Rekor1Client.Entry?>), TypeInfoPropertyName = "Rekor1Answer")]
internal sealed partial class AgentJson : JsonSerializerContext;
