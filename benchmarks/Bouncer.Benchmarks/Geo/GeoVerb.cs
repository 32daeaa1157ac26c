using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using Bouncer.AspNetCore.Geo;
using Bouncer.Benchmarks.Verbs;
using Bouncer.TestUtils.MaxMind;

namespace Bouncer.Benchmarks.Geo;

/// <summary>Verb <c>geo</c>: what it takes to read a database of countries or cities, and to look up clients in it.</summary>
internal static class GeoVerb
{
    private const int Clients = 1 << 20;

    internal static Verb Verb { get; } = new(
        "geo",
        """
        geo --networks N --records C --rounds R
          Makes a MaxMind DB of N networks (7 of 10 IPv4, /20 to /28) with 250 countries in C different records, reads it R times, and looks
          up 1,048,576 random clients R times. Prints one line of JSON:
            file_bytes                 of the database                     found   of the clients
            read_ms, slowest_read_ms   from the file until lookups, the median and the slowest of the rounds
            table_bytes                what is kept                        read_allocated_bytes   with the file, and what is thrown away
            ns_per_lookup              the median of the rounds; random clients, so most nodes come from memory
            lookup_allocated_bytes     of all rounds
        """,
        ["networks", "records", "rounds"],
        Run);

    private static Task Run(Arguments arguments)
    {
        var random = new Random(5);
        var rounds = arguments.Number("rounds", 1, 100);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Make(arguments.Number("networks", 1, 10_000_000), arguments.Number("records", 250, 10_000_000), random));
            var clients = Array.ConvertAll(new int[Clients], _ => Client(random));
            List<double> reads = [], lookups = [];
            var (kept, allocated, found, allocatedByLookups) = (0L, 0L, 0, 0L);
            GeoFile? file = null;
            for (var round = 0; round < rounds; round++)
            {
                file = null;
                var (live, before, began) = (GC.GetTotalMemory(forceFullCollection: true), GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
                file = new GeoFile(GeoKind.Country, path);
                reads.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
                kept = GC.GetTotalMemory(forceFullCollection: true) - live;
                var (byLookups, from) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
                found = Find(file, clients);
                var took = Stopwatch.GetElapsedTime(from);
                allocatedByLookups += GC.GetAllocatedBytesForCurrentThread() - byLookups;
                lookups.Add(took.TotalNanoseconds / Clients);
            }

            FiguresJson.Print(
                new GeoFigures(
                    new FileInfo(path).Length, Samples.Round(Samples.Median(reads)), Samples.Round(reads.Max()), kept, allocated,
                    Samples.Round(Samples.Median(lookups)), allocatedByLookups, found),
                FiguresJson.Default.GeoFigures);
            GC.KeepAlive(file);
        }
        finally
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    private static int Find(GeoFile file, IPAddress[] clients)
    {
        var found = 0;
        foreach (var client in clients)
        {
            found += file.Find(client, embedded: null).Value is null ? 0 : 1;
        }

        return found;
    }

    internal static byte[] Make(int networks, int records, Random random)
    {
        var file = new MaxMindFile { HasAliases = true };
        var made = Array.ConvertAll(Enumerable.Range(0, records).ToArray(), Record);
        var address = 0x01000000U;
        for (var i = 0; i < networks * 7L / 10 && address < 0xDF000000; i++)
        {
            var length = random.Next(20, 29);
            var size = 1U << (32 - length);
            address = (address + size - 1) & ~(size - 1);
            file.Add(Bytes(address), length, made[random.Next(records)]);
            address += size;
        }

        for (var i = 0; i < networks * 3L / 10; i++)
        {
            var bytes = new byte[16];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, 0x20000000U + (uint)i);
            bytes[4] = (byte)random.Next(256);
            file.Add(bytes, 40, made[random.Next(records)]);
        }

        return file.ToArray();
    }

    private static object Record(int number)
    {
        var code = $"{(char)('A' + (number % 250 / 26))}{(char)('A' + (number % 250 % 26))}";
        return new Dictionary<string, object>((IReadOnlyDictionary<string, object>)MaxMindFile.Country(code))
        {
            ["city"] = new Dictionary<string, object> { ["geoname_id"] = (uint)(number / 250), ["names"] = new Dictionary<string, object> { ["en"] = $"City {number / 250}" } },
        };
    }

    private static IPAddress Client(Random random)
    {
        if (random.Next(10) < 7)
        {
            return new IPAddress(Bytes((uint)random.NextInt64(0x01000000, 0x0B000000)));
        }

        var bytes = new byte[16];
        random.NextBytes(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 0x20000000U + (uint)random.Next(300_000));
        return new IPAddress(bytes);
    }

    private static byte[] Bytes(uint address)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return bytes;
    }
}
