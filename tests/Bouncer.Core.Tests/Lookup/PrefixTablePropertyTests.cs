using Bouncer.Net;
using FsCheck;
using FsCheck.Fluent;
using static Bouncer.Lookup.SeededPrefixes;

namespace Bouncer.Lookup;

public class PrefixTablePropertyTests
{
    public static TheoryData<PrefixShape> Shapes { get; } = [.. Enum.GetValues<PrefixShape>()];

    public static TheoryData<PrefixShape, int> Sets { get; } =
        [.. from shape in Enum.GetValues<PrefixShape>() from seed in Enumerable.Range(1, 5) select (shape, seed)];

    /// <summary>Rounds of changes, each beginning with the last table or, now and then, with an older one. What fails is cut
    /// down to the fewest rounds and changes that still fail.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Tables_AfterAnyChanges_AgreeWithGoldenAndLeaveOlderOnesAlone(PrefixShape shape)
    {
        var pool = Of(shape, seed: 1, 80);
        var change = from at in Gen.Choose(0, pool.Length - 1)
                     from value in Gen.Frequency((3, Gen.Choose(1, int.MaxValue - 1)), (2, Gen.Constant(0)))
                     select (at, network: $"{pool[at].ToIPNetwork()}", value);
        var round = Gen.Choose(0, 30).ToArbitrary().Zip(Arb.Array(change.ToArbitrary()));
        Prop.ForAll(Arb.Array(round), rounds =>
        {
            List<(GoldenPrefixTable Golden, PrefixTable Table)> versions = [(new(), PrefixTable.Empty)];
            foreach (var (back, changes) in rounds.Take(8))
            {
                var (golden, table) = versions[back < versions.Count ? back : ^1];
                golden = golden.Copy();
                Array.ForEach(changes, one => golden.Change(pool[one.at], one.value));
                versions.Add((golden, table.With(changes.Select(one => (pool[one.at], one.value)))));
            }

            Assert.All(versions, version => Tables.AssertAgrees(version.Golden, version.Table, pool, new Random(rounds.Length)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
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
