using System.Text;

namespace LocalApi;

// GET and HEAD /v1/decisions/stream.
internal sealed class StreamHandler(LocalApiState state)
{
    public Task HandleAsync(HttpContext context, BouncerRegistry.Entry bouncer, bool databaseFails) =>
        state.Dialect == LocalApiDialect.V146
            ? AnswerV146Async(context, bouncer, databaseFails)
            : AnswerNewestAsync(context, bouncer, databaseFails);

    private async Task AnswerNewestAsync(HttpContext context, BouncerRegistry.Entry bouncer, bool databaseFails)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            await GoResponse.EmptyTextAsync(context);
            return;
        }

        var started = state.Time.GetUtcNow();
        context.Response.ContentType = "application/json";
        var lists = databaseFails ? null : QueryOrNull(context, bouncer, started);
        await WriteAsync(context, new StringBuilder("{\"new\": ["));
        await WriteItemsAsync(context, lists?.New ?? [], started);
        await WriteAsync(context, new StringBuilder("], \"deleted\": ["));
        await WriteItemsAsync(context, lists?.Deleted ?? [], started);
        await WriteAsync(context, new StringBuilder("]}"));
        if (lists is not null)
        {
            state.Bouncers.SetLastPull(bouncer, started);
        }
    }

    private async Task AnswerV146Async(HttpContext context, BouncerRegistry.Entry bouncer, bool databaseFails)
    {
        var started = state.Time.GetUtcNow();
        var startup = IsStartup(GoQuery.Parse(context.Request.QueryString.Value ?? ""));
        if ((databaseFails ? null : QueryOrNull(context, bouncer, started)) is not { } lists)
        {
            await GoResponse.MessageAsync(context, StatusCodes.Status500InternalServerError, startup
                ? "get all decisions with filters: unable to query"
                : $"new decisions since '{state.Bouncers.LastPullOf(bouncer):yyyy-MM-dd HH:mm:ss.FFFFFFF} +0000 UTC': unable to query");
            return;
        }

        state.Bouncers.SetLastPull(bouncer, started);
        if (startup && HttpMethods.IsHead(context.Request.Method))
        {
            await GoResponse.EmptyTextAsync(context);
            return;
        }

        var json = GoJson.AppendListOrNull(new StringBuilder("{\"deleted\":"), lists.Deleted, started, state.Dialect);
        GoJson.AppendListOrNull(json.Append(",\"new\":"), lists.New, started, state.Dialect).Append('}');
        await GoResponse.JsonAsync(context, StatusCodes.Status200OK, json.ToString());
    }

    // Null for a bad filter: LAPI tells no bad filter from a failing database here.
    private (List<StoredDecision> New, List<StoredDecision> Deleted)? QueryOrNull(HttpContext context, BouncerRegistry.Entry bouncer, DateTimeOffset now)
    {
        var query = GoQuery.Parse(context.Request.QueryString.Value ?? "");
        query.TryAdd("scopes", "ip,range");
        query.Remove("limit");
        query.Remove("id_gt");
        DecisionFilter filter;
        try
        {
            filter = DecisionFilter.Parse(query, state.Dialect);
        }
        catch (DecisionFilterException)
        {
            return null;
        }

        var dedup = query.GetValueOrDefault("dedup") != "false";
        var table = new DecisionQuery(state.Database.Snapshot(), filter, dedup, now, state.Dialect);
        var lastPull = state.Bouncers.LastPullOf(bouncer);
        return IsStartup(query) ? (table.Active(), table.Expired()) : (table.ActiveSince(lastPull), table.ExpiredSince(lastPull));
    }

    private static bool IsStartup(Dictionary<string, string> query) => query.GetValueOrDefault("startup") == "true";

    private async Task WriteItemsAsync(HttpContext context, List<StoredDecision> rows, DateTimeOffset now)
    {
        foreach (var chunk in rows.Chunk(500).Select((rows, index) => (Rows: rows, First: index == 0)))
        {
            var json = new StringBuilder(chunk.First ? "" : ",");
            await WriteAsync(context, GoJson.AppendItems(json, chunk.Rows, now, state.Dialect, withUuid: true));
        }
    }

    private static async Task WriteAsync(HttpContext context, StringBuilder json)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json.ToString()));
        await context.Response.Body.FlushAsync();
    }
}
