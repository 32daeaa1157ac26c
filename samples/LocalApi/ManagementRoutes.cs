using System.Net;
using System.Text.Json;

namespace LocalApi;

// What steers the program from outside. No LAPI has these calls: they answer to loopback only, and to no page in a browser.
internal sealed class ManagementRoutes(LocalApiState state)
{
    public const string Prefix = "/manage/";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    public async Task HandleAsync(HttpContext context)
    {
        if (!IsLocal(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        try
        {
            await ((context.Request.Method, context.Request.Path.Value) switch
            {
                ("GET", "/manage/decisions") => AnswerAsync(context, StatusCodes.Status200OK, state.Database.Snapshot()),
                ("POST", "/manage/decisions") => AddAsync(context),
                ("DELETE", "/manage/decisions") => DeleteAsync(context),
                ("GET", "/manage/bouncers") => AnswerAsync(context, StatusCodes.Status200OK, state.Bouncers.Snapshot()),
                ("POST", "/manage/faults") => AddFaultAsync(context),
                ("DELETE", "/manage/faults") => ClearFaultsAsync(context),
                _ => RefuseAsync(context, StatusCodes.Status404NotFound, "no such call"),
            });
        }
        catch (Exception refused) when (refused is JsonException or DecisionQueryException or ArgumentException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, refused.Message);
        }
    }

    // A page of another site can reach loopback too: its Host header, or a form's content type, gives it away.
    private static bool IsLocal(HttpContext context)
    {
        var host = context.Request.Host.Host.Trim('[', ']');
        var named = host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        var typed = !HttpMethods.IsPost(context.Request.Method) || context.Request.HasJsonContentType();
        return named && typed && context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer);
    }

    private async Task AddAsync(HttpContext context)
    {
        var asked = await ReadAsync<NewDecision>(context);
        var id = state.Database.Add(
            asked.Value ?? throw new ArgumentException("value is missing"),
            Duration(asked.Duration), asked.Type ?? "ban", asked.Scope, asked.Origin ?? "cscli", asked.Scenario, asked.Simulated);
        await AnswerAsync(context, StatusCodes.Status201Created, new { id });
    }

    private Task DeleteAsync(HttpContext context)
    {
        var query = GoQuery.Parse(context.Request.QueryString.Value ?? "");
        if (query.Count == 0)
        {
            throw new ArgumentException("say which: id, value, type, scopes, origins, ip, range, or all=true");
        }

        query.TryAdd("simulated", "true");
        var filter = DecisionFilter.Parse(query, LocalApiDialect.Newest);
        var id = query.TryGetValue("id", out var text) ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : (long?)null;
        var deleted = state.Database.DeleteWhere(row => (id is null || row.Id == id) && filter.Matches(row));
        return AnswerAsync(context, StatusCodes.Status200OK, new { deleted });
    }

    private async Task AddFaultAsync(HttpContext context)
    {
        var asked = await ReadAsync<NewFault>(context);
        state.Faults.Add(
            new Fault
            {
                Path = asked.Path ?? "/v1/",
                Delay = Duration(asked.Delay) ?? TimeSpan.Zero,
                Status = asked.Status,
                Headers = asked.Headers ?? [],
                Body = asked.Body,
                CutAfter = asked.CutAfter,
                StallAfter = asked.StallAfter,
                Database = asked.Database,
            },
            asked.Times);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task ClearFaultsAsync(HttpContext context)
    {
        state.Faults.Clear();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static TimeSpan? Duration(string? text) => text is null ? null
        : GoDuration.TryParse(text, out var duration) ? duration
        : throw new ArgumentException($"not a duration such as 4h or 90s: {text}");

    private static async Task<T> ReadAsync<T>(HttpContext context) =>
        await context.Request.ReadFromJsonAsync<T>(s_json, context.RequestAborted) ?? throw new ArgumentException("the body is null");

    private static Task RefuseAsync(HttpContext context, int status, string message) => AnswerAsync(context, status, new { message });

    private static Task AnswerAsync<T>(HttpContext context, int status, T answer)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, s_json);
    }

    private sealed record NewDecision(string? Value, string? Duration, string? Type, string? Scope, string? Origin, string? Scenario, bool Simulated);

    private sealed record NewFault(
        string? Path, string? Delay, int? Status, Dictionary<string, string>? Headers, string? Body, int? CutAfter, int? StallAfter, bool Database, int? Times);
}
