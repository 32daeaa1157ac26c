using Bouncer.Testing.Decisions;

namespace Bouncer.Testing.Api;

/// <summary>What a live lookup asks of the table. LAPI asks for no order. All rows come as sqlite happens to find them: by id
/// for ids and values, else by end. Of a part of them, which `limit` and `offset` cut out, the choice is scattered on
/// purpose: other databases find them in other orders, so no client may come to rely on one.</summary>
internal static class LiveQuestion
{
    public static List<StoredDecision> Ask(DecisionTable table, DecisionFilter filter, DateTimeOffset now)
    {
        var candidates = filter.Value is { } value ? table.WithValue(value) : table.After(filter.IdAbove);
        var found = candidates.Where(row => row.Until >= now && (filter.IncludeSimulated || !row.Simulated) && filter.Matches(row));
        if (filter.IsPart)
        {
            return [.. found.OrderBy(row => Scattered(row.Id)).Skip(filter.Offset).Take(filter.Limit)];
        }

        var isById = filter.Value is not null || filter.IdAbove > long.MinValue;
        return [.. found.OrderBy(row => isById ? default : row.Until).ThenBy(row => row.Id)];
    }

    private static ulong Scattered(long id) => unchecked((ulong)id * 0x9E37_79B9_7F4A_7C15);
}
