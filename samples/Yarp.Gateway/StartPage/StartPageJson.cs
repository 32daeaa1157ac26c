using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.StartPage;

// The answers of the start page, for a program that is compiled ahead of time.
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(DecisionList))]
[JsonSerializable(typeof(Replay))]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StartPageJson : JsonSerializerContext;
