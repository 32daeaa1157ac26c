using Bouncer.Decisions;
using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lookup;

public sealed class RowsByIdTests
{
    private readonly DecisionRows _rows = new();

    [Fact]
    public void Find_InAnEmptyTable_IsNothing()
    {
        var table = new RowsById(_rows, capacity: 0);

        Assert.All([0, 1, -1, long.MaxValue, long.MinValue], id => Assert.Equal(0, table.Find(id)));
        table.Remove(1);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Set_OfAKnownId_TakesItsPlace()
    {
        var table = new RowsById(_rows, capacity: 0);
        var (first, second) = (Row(7), Row(7));

        table.Set(first);
        table.Set(second);

        Assert.Equal(second, table.Find(7));
        Assert.Equal(1, table.Count);
        table.Remove(7);
        Assert.Equal(0, table.Find(7));
        Assert.Equal(0, table.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Find_AfterRandomSetsAndRemoves_AgreesWithADictionary(int seed)
    {
        // From a table that is never larger than its first to one that grew seven times; nearly full before each growth.
        foreach (var most in (int[])[12, 48, 100, 1_500])
        {
            var random = new Random(seed);
            var ids = Ids(random, most);
            var table = new RowsById(_rows, capacity: random.Next(2) == 0 ? 0 : most);
            var expected = new Dictionary<long, int>();
            for (var step = 0; step < 20_000; step++)
            {
                // Ebb and flow, so that there are long runs without a hole, and many holes.
                var id = ids[random.Next(ids.Length)];
                if (random.Next(100) < (step / 1_000 % 2 == 0 ? 80 : 20))
                {
                    expected[id] = Row(id);
                    table.Set(expected[id]);
                }
                else
                {
                    expected.Remove(id);
                    table.Remove(id);
                }

                Assert.Equal(expected.Count, table.Count);
                if (step % 97 == 0)
                {
                    Assert.All(ids, each => Assert.Equal(expected.GetValueOrDefault(each), table.Find(each)));
                }
            }
        }
    }

    [Fact]
    public void Find_WhileEachOfManyRunsIsTakenApartFromEveryEnd_FindsTheRest()
    {
        // In a table of 16 with 12 ids there are runs across the end in most of the tables.
        for (var round = 0; round < 2_000; round++)
        {
            var table = new RowsById(_rows, capacity: 12);
            long[] ids = [.. Enumerable.Range(round * 12, 12).Select(id => (long)id)];
            Array.ForEach(ids, id => table.Set(Row(id)));
            new Random(round).Shuffle(ids);
            for (var gone = 0; gone < ids.Length; gone++)
            {
                table.Remove(ids[gone]);
                for (var i = 0; i < ids.Length; i++)
                {
                    Assert.Equal(i > gone, table.Find(ids[i]) != 0);
                }
            }
        }
    }

    [Theory]
    [InlineData(48)]
    [InlineData(49)]
    [InlineData(50)]
    [InlineData(100_000)]
    [InlineData(196_608)]
    [InlineData(196_609)]
    public void Set_OfAsManyAsExpected_AllocatesNothing(int count)
    {
        var rows = new DecisionRows();
        for (var id = 1; id <= count; id++)
        {
            Row(rows, id);
        }

        var atFirst = AllocatedBytes.Of(() => _ = new RowsById(rows, count));

        Assert.Equal(atFirst, AllocatedBytes.Of(() => Fill(new RowsById(rows, count), count)));

        // Four bytes a slot, of which between three in eight and three in four are taken.
        Assert.InRange(atFirst / (double)count, 5, (4 / 0.375) + (100.0 / count));
    }

    [Fact]
    public void Set_OfMoreThanExpected_GrowsByDoubling()
    {
        const int Count = 100_000;
        var rows = new DecisionRows();
        for (var id = 1; id <= Count; id++)
        {
            Row(rows, id);
        }

        var allocated = AllocatedBytes.Of(() => Fill(new RowsById(rows, capacity: 0), Count));

        // All the tables that were left behind included, and no more than twice the last.
        Assert.InRange(allocated / (double)Count, 5, 2 * 4 / 0.375);
    }

    private static void Fill(RowsById table, int count)
    {
        for (var row = 1; row <= count; row++)
        {
            table.Set(row);
        }
    }

    /// <summary>Ids as they come, and such as an enemy would choose.</summary>
    private static long[] Ids(Random random, int most) => random.Next(4) switch
    {
        0 => [.. Enumerable.Range(1, most).Select(id => (long)id)],
        1 => [.. Enumerable.Range(1, most).Select(id => (long)id << 32)],
        2 => [.. Enumerable.Range(1, most).Select(_ => random.NextInt64(long.MinValue, long.MaxValue))],
        _ => [.. Enumerable.Range(1, most).Select(id => id % 3 == 0 ? -id : id % 3 == 1 ? long.MaxValue - id : long.MinValue + id)],
    };

    private int Row(long id) => Row(_rows, id);

    private static int Row(DecisionRows rows, long id)
    {
        var kind = rows.Intern(new("lists", "test", DecisionScope.Ip, "ban", Remediation.Ban));
        return rows.Add(id, kind, IpPrefix.Host(IpKey.FromIPv4(0x0A00_0001)), text: null, deadline: 0);
    }
}
