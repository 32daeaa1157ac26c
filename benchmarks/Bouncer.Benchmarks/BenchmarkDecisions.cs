using System.Globalization;
using System.Net;
using Bouncer.Testing;

namespace Bouncer.Benchmarks;

/// <summary>A Local API full of decisions shaped like a public blocklist: clustered hosts, some ranges, some IPv6.</summary>
internal static class BenchmarkDecisions
{
    /// <summary>A client without a decision.</summary>
    internal static readonly IPAddress Clean = IPAddress.Parse("203.0.113.77");

    /// <summary>A client with one.</summary>
    internal static readonly IPAddress Banned = IPAddress.Parse("192.0.2.66");

    internal static DecisionDatabase Create(int count)
    {
        var random = new Random(20261122);
        var database = new DecisionDatabase();
        database.Add(Banned.ToString(), TimeSpan.FromDays(30));
        for (var i = 1; i < count; i++)
        {
            database.Add(Value(random), TimeSpan.FromDays(30), origin: "CAPI", scenario: "crowdsecurity/http-probing");
        }

        return database;
    }

    private static string Value(Random random) => random.Next(100) switch
    {
        < 95 => string.Create(CultureInfo.InvariantCulture, $"{Network(random)}.{random.Next(256)}"),
        < 98 => $"{Network(random)}.0/24",
        _ => $"2001:db8:{random.Next(0x10000):x}::{random.Next(1, 0x10000):x}",
    };

    /// <summary>Three octets, drawn so that few networks hold most hosts; none of those the clients above live in.</summary>
    private static string Network(Random random)
    {
        var skew = random.NextDouble() * random.NextDouble();
        return string.Create(CultureInfo.InvariantCulture, $"{1 + (int)(skew * 180)}.{random.Next(256)}.{random.Next(256)}");
    }
}
