using System.Text.Json.Serialization;

namespace Bouncer.Tests.Decisions;

/// <summary>What an application with a serializer of its own, made at compile time, would write.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IReadOnlyList<Decision>))]
[JsonSerializable(typeof(BouncerVerdict))]
[JsonSerializable(typeof(BouncerStatus))]
internal sealed partial class DecisionJson : JsonSerializerContext;
