using Bouncer.Testing.Decisions;

namespace Bouncer.Testing.Api;

/// <summary>GET and HEAD /v1/decisions.</summary>
internal sealed class LiveHandler(LocalApiState state)
{
    private static readonly TimeSpan PullAge = TimeSpan.FromMinutes(1);

    public async Task HandleAsync(HttpContext context, BouncerRegistry.Entry bouncer, DatabaseReads reads)
    {
        var now = state.Time.GetUtcNow();
        List<StoredDecision> rows;
        try
        {
            var filter = DecisionFilter.Parse(GoQuery.Parse(context.Request.QueryString.Value ?? ""), state.Dialect);
            if (!reads.TryNext())
            {
                throw new DecisionQueryException("query decision failed: unable to query");
            }

            rows = state.Database.Read(table => LiveQuestion.Ask(table, filter, now));
        }
        catch (DecisionQueryException failure)
        {
            await GoResponse.MessageAsync(context, StatusCodes.Status500InternalServerError, failure.Message);
            return;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            await GoResponse.EmptyTextAsync(context);
            return;
        }

        // A query counts as a pull if the last pull is old or there was none: the next delta for the same key starts here.
        if (state.Bouncers.LastPullOf(bouncer) is not { } lastPull || now - lastPull >= PullAge)
        {
            state.Bouncers.SetLastPull(bouncer, now);
        }

        await GoResponse.JsonAsync(context, StatusCodes.Status200OK, GoJson.ListOrNull(rows, now, state.Dialect));
    }
}
