using Bouncer.Testing.Api;
using Bouncer.Testing.Decisions;

namespace Bouncer.Testing.Tests;

/// <summary>The orders in which the table finds its rows, against a plain search.</summary>
public sealed class DecisionTableTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Orders_AfterManyChanges_FindWhatAPlainSearchFinds()
    {
        var random = new Random(1);
        var table = new DecisionTable();
        var waiting = new List<StoredDecision>();
        for (var step = 0; step < 2_000; step++)
        {
            Change(table, waiting, random);
            if (step % 20 != 0)
            {
                continue;
            }

            var rows = table.After(0).ToList();
            var (from, to, id) = (Moment(random), Moment(random), random.Next(0, 700));
            Assert.Equal(rows.Count, table.Count);
            Assert.Equal(rows.Where(row => row.Id > id), table.After(id));
            Assert.Equal(
                rows.Where(row => row.CreatedAt > from && row.Id > id), table.CreatedAfter(from, id).Where(row => row.CreatedAt > from));
            Assert.Equal(
                rows.Where(row => row.Until > from && row.Until < to).OrderBy(row => row.Until).ThenBy(row => row.Id), table.EndedBetween(from, to));
            Assert.Equal(rows.Where(row => row.Value == "3"), table.WithValue("3").OrderBy(row => row.Id));
            Assert.All(rows, row => Assert.Equal(
                !rows.Exists(other => (other.Value, other.Type, other.Scope) == (row.Value, row.Type, row.Scope) && other.Until > row.Until),
                table.IsLongest(row)));
        }
    }

    [Fact]
    public void CreatedAfter_ClockOnlyAdvances_BeginsAtTheFirstNewRow()
    {
        var table = new DecisionTable();
        for (var i = 1; i <= 1_000; i++)
        {
            table.Insert(Row(table.NewId(s_start.AddSeconds(i)), s_start.AddSeconds(i), s_start.AddHours(1), "1", "ban"));
        }

        Assert.Equal([999L, 1_000L], table.CreatedAfter(s_start.AddSeconds(998), 0).Select(row => row.Id));
        Assert.Empty(table.CreatedAfter(s_start.AddSeconds(1_000), 0));
    }

    private static void Change(DecisionTable table, List<StoredDecision> waiting, Random random)
    {
        var rows = table.After(0).ToList();
        var row = rows.Count > 0 ? rows[random.Next(rows.Count)] : null;
        switch (random.Next(8))
        {
            case 0 when row is not null:
                table.Remove(row);
                break;
            case 1 when row is not null:
                table.SetUntil(row, Moment(random));
                break;
            case 2 when waiting.Count > 0:
                var late = waiting[random.Next(waiting.Count)];
                waiting.Remove(late);
                table.Insert(late);
                break;
            default:
                var createdAt = Moment(random);
                waiting.Add(Row(table.NewId(createdAt), createdAt, Moment(random), $"{random.Next(9)}", random.Next(2) == 0 ? "ban" : "captcha"));
                if (random.Next(3) > 0)
                {
                    table.Insert(waiting[^1]);
                    waiting.RemoveAt(waiting.Count - 1);
                }

                break;
        }
    }

    // Moments meet, and a clock that goes back is among them.
    private static DateTimeOffset Moment(Random random) => s_start.AddSeconds(random.Next(50));

    private static StoredDecision Row(long id, DateTimeOffset createdAt, DateTimeOffset until, string value, string type) =>
        new(id, Guid.Empty, createdAt, until, ScopeNames.Ip, value, type, "cscli", "test", false);
}
