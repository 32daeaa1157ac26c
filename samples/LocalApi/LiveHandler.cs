using System.Text;

namespace LocalApi;

// GET and HEAD /v1/decisions.
internal sealed class LiveHandler(LocalApiState state)
{
    private static readonly TimeSpan s_pullAge = TimeSpan.FromMinutes(1);

    public async Task HandleAsync(HttpContext context, BouncerRegistry.Entry bouncer, bool databaseFails)
    {
        var now = state.Time.GetUtcNow();
        List<StoredDecision> rows;
        try
        {
            if (databaseFails)
            {
                throw new DecisionFilterException("query decision failed: unable to query");
            }

            var filter = DecisionFilter.Parse(GoQuery.Parse(context.Request.QueryString.Value ?? ""), state.Dialect);
            rows = new DecisionQuery(state.Database.Snapshot(), filter, dedup: false, now, state.Dialect).Live();
        }
        catch (DecisionFilterException failure)
        {
            await GoResponse.MessageAsync(context, StatusCodes.Status500InternalServerError, failure.Message);
            return;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            await GoResponse.EmptyTextAsync(context);
            return;
        }

        // A lookup counts as a pull when the last one is old or there was none: the next delta of a stream under the same key starts here.
        if (state.Bouncers.LastPullOf(bouncer) is not { } lastPull || now - lastPull >= s_pullAge)
        {
            state.Bouncers.SetLastPull(bouncer, now);
        }

        var json = GoJson.AppendListOrNull(new StringBuilder(), rows, now, state.Dialect);
        await GoResponse.JsonAsync(context, StatusCodes.Status200OK, json.ToString());
    }
}
