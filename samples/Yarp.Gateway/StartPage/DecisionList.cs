using System.Net;
using Bouncer;

namespace Gateway.StartPage;

// What GET /.bouncer/decisions answers: the newest first, at most a page full.
internal sealed record DecisionList(int Matching, IEnumerable<ListedDecision> Decisions)
{
    private const int DefaultLimit = 200;
    private const int LargestLimit = 500;

    public static DecisionList Find(IDecisionStore store, TimeProvider time, string? search, int? limit)
    {
        var found = Search(store, search?.Trim() ?? "").ToArray();
        var now = time.GetUtcNow();
        var shown = found.OrderByDescending(decision => decision.Id).Take(Math.Clamp(limit ?? DefaultLimit, 1, LargestLimit));
        return new DecisionList(found.Length, shown.Select(decision => ListedDecision.Of(decision, now)));
    }

    // An address finds what covers it, so that an operator sees why somebody is refused; any other text is looked for as text.
    private static IEnumerable<Decision> Search(IDecisionStore store, string search)
    {
        if (search.Length == 0)
        {
            return store.Enumerate();
        }

        if (IPAddress.TryParse(search, out var address) && store.FindAll(address) is { Count: > 0 } covering)
        {
            return covering;
        }

        bool Holds(string text) => text.Contains(search, StringComparison.OrdinalIgnoreCase);
        return store.Enumerate().Where(decision =>
            Holds(decision.Value) || Holds(decision.Scope.Name) || Holds(decision.Type) || Holds(decision.Origin) || Holds(decision.Scenario));
    }
}
