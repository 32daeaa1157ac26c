using System.Net;
using System.Text.Json;

namespace Bouncer.Testing.Tests;

/// <summary>An answer with what tests ask of it.</summary>
public sealed record LapiAnswer(HttpStatusCode Status, string? ContentType, long? ContentLength, bool Chunked, string Body)
{
    public string[] New => Values("new");

    public string[] Deleted => Values("deleted");

    public string[] Live => [.. Json.EnumerateArray().Select(item => item.GetProperty("value").GetString()!)];

    public IReadOnlyList<long> LiveIds => Body == "null" ? [] : [.. Json.EnumerateArray().Select(item => item.GetProperty("id").GetInt64())];

    public IReadOnlyList<long> Ids(string list) => [.. Json.GetProperty(list).EnumerateArray().Select(item => item.GetProperty("id").GetInt64())];

    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.Clone();
        }
    }

    private string[] Values(string list)
    {
        var items = Json.GetProperty(list);
        return items.ValueKind == JsonValueKind.Null ? [] : [.. items.EnumerateArray().Select(item => item.GetProperty("value").GetString()!)];
    }
}
