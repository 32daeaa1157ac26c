using Bouncer.Testing.Decisions;

namespace Bouncer.Testing.Api;

/// <summary>GET and HEAD /v1/decisions/stream.</summary>
internal sealed class StreamHandler(LocalApiState state)
{
    private static readonly TimeSpan ExpiryOverlap = TimeSpan.FromSeconds(2);

    public Task HandleAsync(HttpContext context, BouncerRegistry.Entry bouncer, DatabaseReads reads) =>
        state.Dialect == LocalApiDialect.V146
            ? AnswerV146Async(context, bouncer, reads)
            : AnswerNewestAsync(context, bouncer, reads);

    private async Task AnswerNewestAsync(HttpContext context, BouncerRegistry.Entry bouncer, DatabaseReads reads)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            await GoResponse.EmptyTextAsync(context);
            return;
        }

        // The status is sent before the first query: after a failure, the lists end as if there were no more decisions.
        var started = state.Time.GetUtcNow();
        context.Response.ContentType = "application/json";
        var questions = QuestionsOrNull(context, bouncer, started);
        var body = new StreamBody(context.Response.Body);
        await body.AddAsync("{\"new\": [");
        var isWhole = questions is not null && await TryAddPagesAsync(body, questions.Value.Held, reads);
        await body.AddAsync("], \"deleted\": [");
        isWhole = isWhole && await TryAddPagesAsync(body, questions!.Value.Ended, reads);
        await body.AddAsync("]}");
        await body.SendAsync();
        if (isWhole)
        {
            state.Bouncers.SetLastPull(bouncer, started);
        }
    }

    // Each page is a separate query, as in LAPI: rows that are committed in between can be in later pages.
    private async Task<bool> TryAddPagesAsync(StreamBody body, StreamQuestion question, DatabaseReads reads)
    {
        var simulated = question.IncludesSimulated;
        var last = 0L;
        List<StoredDecision> page;
        do
        {
            if (!reads.TryNext())
            {
                return false;
            }

            page = state.Database.Read(table => question.Page(table, last, state.PageSize, simulated));
            if (last > 0 && page.Count > 0)
            {
                await body.AddAsync(",");
            }

            foreach (var items in GoJson.Items(page, question.Now, state.Dialect, withUuid: true))
            {
                await body.AddAsync(items);
            }

            // LAPI takes the argument out of the query with the first page.
            simulated = false;
            last = page.Count > 0 ? page[^1].Id : last;
        }
        while (page.Count == state.PageSize);
        return true;
    }

    private async Task AnswerV146Async(HttpContext context, BouncerRegistry.Entry bouncer, DatabaseReads reads)
    {
        var started = state.Time.GetUtcNow();
        var startup = IsStartup(GoQuery.Parse(context.Request.QueryString.Value ?? ""));
        if (QuestionsOrNull(context, bouncer, started) is not var (held, ended) || !reads.TryNext())
        {
            await GoResponse.MessageAsync(context, StatusCodes.Status500InternalServerError, startup
                ? "get all decisions with filters: unable to query"
                : $"new decisions since '{state.Bouncers.LastPullOf(bouncer):yyyy-MM-dd HH:mm:ss.FFFFFFF} +0000 UTC': unable to query");
            return;
        }

        var added = state.Database.Read(held.Whole);
        var deleted = state.Database.Read(ended.Whole);
        state.Bouncers.SetLastPull(bouncer, started);
        if (startup && HttpMethods.IsHead(context.Request.Method))
        {
            await GoResponse.EmptyTextAsync(context);
            return;
        }

        var json = GoJson.ListOrNull(deleted, started, state.Dialect).Prepend("{\"deleted\":")
            .Append(",\"new\":").Concat(GoJson.ListOrNull(added, started, state.Dialect)).Append("}");
        await GoResponse.JsonAsync(context, StatusCodes.Status200OK, json);
    }

    // Null for an invalid filter, which LAPI does not distinguish from a failing database here.
    private (StreamQuestion Held, StreamQuestion Ended)? QuestionsOrNull(HttpContext context, BouncerRegistry.Entry bouncer, DateTimeOffset now)
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
        catch (DecisionQueryException)
        {
            return null;
        }

        var dedup = query.GetValueOrDefault("dedup") != "false";
        var since = IsStartup(query) ? null : state.Bouncers.LastPullOf(bouncer);
        return (
            new StreamQuestion(Ended: false, now, since, filter, dedup),
            new StreamQuestion(Ended: true, now, since - ExpiryOverlap, filter, dedup));
    }

    private static bool IsStartup(Dictionary<string, string> query) => query.GetValueOrDefault("startup") == "true";
}
