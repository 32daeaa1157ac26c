using Bouncer.Net;
using static Bouncer.Lookup.SeededPrefixes;

namespace Bouncer.Lookup;

public class PrefixTablePropertyTests
{
    public static TheoryData<PrefixShape, int> Sets { get; } =
        [.. from shape in Enum.GetValues<PrefixShape>() from seed in Enumerable.Range(1, 5) select (shape, seed)];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Tables_AfterSeededChanges_AgreeWithGoldenAndLeaveOlderOnesAlone(PrefixShape shape, int seed)
    {
        var random = new Random(seed * 1000);
        var pool = Of(shape, seed, 200);
        var golden = new GoldenPrefixTable();
        var table = PrefixTable.Empty;
        var versions = new List<(GoldenPrefixTable Golden, PrefixTable Table)>();
        for (var round = 0; round < 7; round++)
        {
            // Now and then, one starts from some older table.
            if (round % 3 == 2)
            {
                (golden, table) = versions[random.Next(versions.Count)];
                golden = golden.Copy();
            }

            var changes = Enumerable.Range(0, random.Next(2 * pool.Length))
                .Select(_ => (Prefix: pool[random.Next(pool.Length)], Value: random.Next(5) < 3 ? random.Next(1, int.MaxValue) : 0))
                .ToArray();
            Array.ForEach(changes, change => golden.Change(change.Prefix, change.Value));
            table = table.With(changes);
            versions.Add((golden.Copy(), table));
        }

        Assert.All(versions, version => Tables.AssertAgrees(version.Golden, version.Table, pool, random));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Tables_OneByOneOrAtOnce_HoldTheSame(PrefixShape shape, int seed)
    {
        var prefixes = Of(shape, seed, 150);
        var golden = new GoldenPrefixTable();
        Array.ForEach(prefixes, prefix => golden.Change(prefix, 1));

        var oneByOne = prefixes.Aggregate(PrefixTable.Empty, (table, prefix) => table.With([prefix]));

        Tables.AssertAgrees(golden, oneByOne, prefixes, new Random(seed));
        Tables.AssertAgrees(golden, PrefixTable.Empty.With(prefixes), prefixes, new Random(seed));
        Assert.Empty(oneByOne.With(prefixes, value: 0).Enumerate());
    }
}
