using System.Text.Json.Serialization.Metadata;
using Bouncer.Testing.Api;

namespace Bouncer.Testing.Management;

/// <summary>Reads and writes the JSON of the management calls.</summary>
internal static class ManagementJson
{
    public static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type) =>
        await context.Request.ReadFromJsonAsync(type, context.RequestAborted) ?? throw new ArgumentException("the body is null");

    public static Task AnswerAsync<T>(HttpContext context, int status, T answer, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, type);
    }

    public static TimeSpan? Duration(string? text) => text is null ? null
        : GoDuration.TryParse(text, out var duration) ? duration
        : throw new ArgumentException($"not a duration such as 4h or 90s: {text}");
}
