using System.Text.Json;

namespace Bouncer.AspNetCore.Tests.Geo;

/// <summary>Records of a database, written as JSON.</summary>
internal static class JsonRecord
{
    internal static object Read(string json) => Read(JsonDocument.Parse(json).RootElement);

    private static object Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().ToDictionary(static one => one.Name, static one => Read(one.Value)),
        JsonValueKind.Array => element.EnumerateArray().Select(Read).ToArray(),
        JsonValueKind.Number => element.GetUInt32(),
        JsonValueKind.True or JsonValueKind.False => element.GetBoolean(),
        _ => element.GetString()!,
    };
}
