using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Demo;

// What the upstream answers a program.
internal sealed record Greeting(string Message, string Path, string Client, string Verdict);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Greeting))]
internal sealed partial class GreetingJson : JsonSerializerContext;
