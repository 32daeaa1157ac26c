using Bouncer.Net;
using static Bouncer.Lookup.SeededPrefixes;

namespace Bouncer.Lookup;

public class PrefixTablePropertyTests
{
    public static TheoryData<PrefixShape, int> Sets { get; } =
        [.. from shape in Enum.GetValues<PrefixShape>() from seed in Enumerable.Range(1, 6) select (shape, seed)];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Builders_SeededChanges_AgreeWithGoldenAndLeaveOlderTablesAlone(PrefixShape shape, int seed)
    {
        var random = new Random(seed * 1000);
        var pool = Of(shape, seed, 200);
        var golden = new GoldenPrefixTable();
        var builder = PrefixTable<string>.Empty.ToBuilder();
        var versions = new List<(GoldenPrefixTable Golden, PrefixTable<string> Table)>();
        for (var round = 0; round < 6; round++)
        {
            for (var i = 0; i < pool.Length; i++)
            {
                Change(golden, builder, pool[random.Next(pool.Length)], random);
            }

            versions.Add((golden.Copy(), builder.ToTable()));

            // A builder goes on after ToTable, and another one starts from some older table.
            if (round % 2 == 1)
            {
                var start = versions[random.Next(versions.Count)];
                golden = start.Golden.Copy();
                builder = start.Table.ToBuilder();
            }
        }

        Assert.All(versions, v => TableAssert.Agrees(v.Golden, v.Table, pool, random));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Set_ShuffledOrder_GivesTheSameStructure(PrefixShape shape, int seed)
    {
        var prefixes = Of(shape, seed, 300);
        var expected = Structure(Build(prefixes));

        for (var i = 0; i < 4; i++)
        {
            new Random(i).Shuffle(prefixes);
            Assert.Equal(expected, Structure(Build(prefixes)));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Remove_WhatWasAdded_GivesTheStructureFromBefore(PrefixShape shape, int seed)
    {
        var prefixes = Of(shape, seed, 300);
        var kept = prefixes[..(prefixes.Length / 2)];
        var added = prefixes[kept.Length..];
        var before = Build(kept);

        var builder = before.ToBuilder();
        Array.ForEach(added, p => builder.Set(p, TableAssert.Text(p)));
        if (seed % 2 == 0)
        {
            builder = builder.ToTable().ToBuilder();
        }

        new Random(seed).Shuffle(added);
        Assert.All(added, p => Assert.True(builder.Remove(p)));

        Assert.Equal(Structure(before), Structure(builder.ToTable()));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Remove_Everything_LeavesTheStructureOfTheEmptyTable(PrefixShape shape, int seed)
    {
        var prefixes = Of(shape, seed, 300);
        var builder = Build(prefixes).ToBuilder();
        new Random(seed).Shuffle(prefixes);

        Assert.All(prefixes, p => Assert.True(builder.Remove(p)));

        var table = builder.ToTable();
        Assert.Equal(0, table.Count);
        Assert.Equal(Structure(PrefixTable<string>.Empty), Structure(table));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Set_OneByOne_GivesTheStructureOfAllAtOnce(PrefixShape shape, int seed)
    {
        var prefixes = Of(shape, seed, 200);
        var table = PrefixTable<string>.Empty;
        foreach (var prefix in prefixes)
        {
            var builder = table.ToBuilder();
            builder.Set(prefix, TableAssert.Text(prefix));
            table = builder.ToTable();
        }

        Assert.Equal(Structure(Build(prefixes)), Structure(table));
    }

    private static void Change(GoldenPrefixTable golden, PrefixTable<string>.Builder builder, IpPrefix prefix, Random random)
    {
        Assert.Equal(golden.Get(prefix), builder.TryGet(prefix, out var old) ? old : null);
        if (random.Next(5) < 3)
        {
            var value = random.Next().ToString();
            golden.Set(prefix, value);
            builder.Set(prefix, value);
        }
        else
        {
            Assert.Equal(golden.Remove(prefix), builder.Remove(prefix));
        }
    }

    private static PrefixTable<string> Build(IpPrefix[] prefixes)
    {
        var builder = PrefixTable<string>.Empty.ToBuilder();
        Array.ForEach(prefixes, p => builder.Set(p, TableAssert.Text(p)));
        return builder.ToTable();
    }

    private static string Structure(PrefixTable<string> table) => TableAssert.Structure(table);
}
