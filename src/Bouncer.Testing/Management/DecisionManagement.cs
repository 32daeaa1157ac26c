using System.Globalization;
using Bouncer.Testing.Api;

namespace Bouncer.Testing.Management;

/// <summary>The management calls that change decisions.</summary>
internal sealed class DecisionManagement(LocalApiState state)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    public async Task AddAsync(HttpContext context)
    {
        var asked = await ManagementJson.ReadAsync(context, ManagementMessages.Default.NewDecision);
        var delay = Delay(asked.CommitAfter);
        var transaction = state.Database.Begin();
        var id = transaction.Add(
            asked.Value ?? throw new ArgumentException("value is missing"),
            ManagementJson.Duration(asked.Duration), asked.Type ?? "ban", asked.Scope, asked.Origin ?? "cscli", asked.Scenario, asked.Simulated);
        _ = EndAsync(transaction, delay);
        await ManagementJson.AnswerAsync(context, StatusCodes.Status201Created, new Added(id), ManagementMessages.Default.Added);
    }

    public async Task RefreshAsync(HttpContext context)
    {
        var asked = await ManagementJson.ReadAsync(context, ManagementMessages.Default.NewBlocklist);
        var delay = Delay(asked.CommitAfter);
        var transaction = state.Database.BeginRefresh(
            asked.Origin ?? "CAPI", asked.Values ?? throw new ArgumentException("values are missing"),
            ManagementJson.Duration(asked.Duration), asked.Type ?? "ban", asked.Scope, asked.Scenario);
        _ = EndAsync(transaction, delay);
        await ManagementJson.AnswerAsync(context, StatusCodes.Status201Created, new Refreshed(transaction.Ids, transaction.Removals), ManagementMessages.Default.Refreshed);
    }

    public async Task ExtendAsync(HttpContext context)
    {
        var match = Match(GoQuery.Parse(context.Request.QueryString.Value ?? ""));
        var asked = await ManagementJson.ReadAsync(context, ManagementMessages.Default.Extension);
        var by = ManagementJson.Duration(asked.ExtendBy) ?? throw new ArgumentException("extendBy is missing");
        await ManagementJson.AnswerAsync(context, StatusCodes.Status200OK, new Extended(state.Database.ExtendWhere(match, by)), ManagementMessages.Default.Extended);
    }

    public Task DeleteAsync(HttpContext context)
    {
        var query = GoQuery.Parse(context.Request.QueryString.Value ?? "");
        var remove = query.Remove("remove", out var text) && text == "true";
        var ago = query.Remove("ago", out text) ? ManagementJson.Duration(text) : null;
        var match = Match(query);
        return remove
            ? ManagementJson.AnswerAsync(
                context, StatusCodes.Status200OK, new Removed(state.Database.RemoveWhere(match)), ManagementMessages.Default.Removed)
            : ManagementJson.AnswerAsync(
                context, StatusCodes.Status200OK, new Deleted(state.Database.DeleteWhere(match, state.Time.GetUtcNow() - ago)), ManagementMessages.Default.Deleted);
    }

    private async Task EndAsync(DecisionTransaction transaction, TimeSpan? commitAfter)
    {
        if (commitAfter is not { } delay)
        {
            transaction.Rollback();
            return;
        }

        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, state.Time);
        }

        transaction.Commit();
    }

    // Null for never.
    private static TimeSpan? Delay(string? text)
    {
        if (text == "never")
        {
            return null;
        }

        var delay = ManagementJson.Duration(text) ?? TimeSpan.Zero;
        return delay <= LongestDelay ? delay : throw new ArgumentException("commitAfter is more than a day");
    }

    private static Func<StoredDecision, bool> Match(Dictionary<string, string> query)
    {
        if (query.Count == 0)
        {
            throw new ArgumentException("say which: id, value, type, scopes, origins, ip, range, or all=true");
        }

        query.TryAdd("simulated", "true");
        var filter = DecisionFilter.Parse(query, LocalApiDialect.Newest);
        var id = query.TryGetValue("id", out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : (long?)null;
        return row => (id is null || row.Id == id) && filter.Matches(row);
    }
}
