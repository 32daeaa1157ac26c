using System.Text.Json;

namespace LocalApi;

// How the management calls read and write.
internal static class ManagementJson
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    public static async Task<T> ReadAsync<T>(HttpContext context) =>
        await context.Request.ReadFromJsonAsync<T>(s_json, context.RequestAborted) ?? throw new ArgumentException("the body is null");

    public static Task AnswerAsync<T>(HttpContext context, int status, T answer)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, s_json);
    }

    public static TimeSpan? Duration(string? text) => text is null ? null
        : GoDuration.TryParse(text, out var duration) ? duration
        : throw new ArgumentException($"not a duration such as 4h or 90s: {text}");
}
