using System.Net;
using Bouncer.Sync;
using Bouncer.TestUtils;
using LocalApi;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Tests.Model;

/// <summary>
/// Random lives of decisions in a Local API, pulled over HTTP through the real client while answers get lost: after every
/// good pull, each client is treated as the strongest row that lives in LAPI's table says. The table is the reference.
/// </summary>
public sealed class SyncModelTests
{
    private static readonly string[] Values = ["192.0.2.1", "192.0.2.1/32", "192.0.2.0/24", "192.0.2.77/25", "::ffff:192.0.2.2", "192.0.2.2", "2001:db8::1", "2001:DB8::1", "2001:db8::/48", "198.51.100.0/22"];
    private static readonly string[] Clients = ["192.0.2.1", "192.0.2.2", "192.0.2.100", "192.0.2.200", "2001:db8::1", "2001:db8::2", "2001:db8:1::1", "198.51.101.7", "203.0.113.1"];
    private static readonly string[] Types = ["ban", "captcha", "throttle"];
    private static readonly string[] Origins = ["crowdsec", "cscli", "CAPI", "lists"];

    [Theory]
    [InlineData(LocalApiDialect.Newest, false)]
    [InlineData(LocalApiDialect.Newest, true)]
    [InlineData(LocalApiDialect.V146, false)]
    [InlineData(LocalApiDialect.V146, true)]
    public async Task Verdicts_AfterEveryGoodPull_AreThoseOfLapisTable(LocalApiDialect dialect, bool filtered)
    {
        for (var seed = 0; seed < 12; seed++)
        {
            await LiveAsync(dialect, filtered ? ["crowdsec", "cscli"] : [], seed);
        }
    }

    private static async Task LiveAsync(LocalApiDialect dialect, string[] origins, int seed)
    {
        var random = new Random(seed);
        var clock = new TestClock();
        await using var lapi = await LocalApiServer.StartAsync(new LocalApiOptions { Dialect = dialect, TimeProvider = clock }, TestContext.Current.CancellationToken);
        await using var services = Services(lapi, clock, origins);
        var puller = services.GetRequiredService<DecisionPuller>();
        var bouncer = services.GetRequiredService<IBouncer>();
        var agreed = 0;
        for (var step = 0; step < 80; step++)
        {
            for (var changes = random.Next(4); changes > 0; changes--)
            {
                Change(lapi.Database, random);
            }

            clock.Advance(TimeSpan.FromSeconds(random.Next(1, 40)));
            var fault = random.Next(8) == 0 ? Fault(random) : null;
            if (fault is not null)
            {
                lapi.Faults.Add(fault, times: 1);
            }

            await puller.PullAsync(TestContext.Current.CancellationToken);
            lapi.Faults.Clear();
            clock.Advance(TimeSpan.FromSeconds(1));
            if (fault is null && !bouncer.Status.IsDegraded)
            {
                await AgreeAsync(bouncer, lapi.Database, origins, clock, $"{dialect}, seed {seed}, step {step}");
                agreed++;
            }
        }

        Assert.InRange(agreed, 40, 80);
    }

    private static ServiceProvider Services(LocalApiServer lapi, TestClock clock, string[] origins)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddBouncerCore(options =>
        {
            options.Lapi.Url = lapi.Url;
            options.Lapi.ApiKey = lapi.ApiKey;
            options.Sync.Origins = origins;
            options.FallbackRemediation = "ban";
        });
        return services.BuildServiceProvider();
    }

    private static void Change(DecisionDatabase table, Random random)
    {
        var value = Values[random.Next(Values.Length)];
        switch (random.Next(5))
        {
            case 0:
                table.Delete(value);
                break;
            case 1 when table.Count > 0:
                table.Delete(random.Next(1, table.Count + 1));
                break;
            default:
                table.Add(value, TimeSpan.FromSeconds(random.Next(2, 600)), Types[random.Next(Types.Length)], origin: Origins[random.Next(Origins.Length)]);
                break;
        }
    }

    private static Fault Fault(Random random) => random.Next(4) switch
    {
        0 => new Fault { CutAfter = random.Next(200) },
        1 => new Fault { Status = 403 },
        2 => new Fault { Status = 500 },
        _ => new Fault { Body = "<html>" },
    };

    private static async Task AgreeAsync(IBouncer bouncer, DecisionDatabase table, string[] origins, TestClock clock, string where)
    {
        var now = clock.GetUtcNow();
        var live = table.Snapshot().Where(row => row.Until > now && (origins.Length == 0 || origins.Contains(row.Origin))).ToArray();
        foreach (var client in Clients)
        {
            var address = IPAddress.Parse(client);
            var expected = live.Where(row => Covers(row.Value, address)).Select(row => Array.IndexOf(Types, row.Type)).DefaultIfEmpty(-1).Where(rank => rank >= 0).DefaultIfEmpty(-1).Min();
            var verdict = await bouncer.CheckAsync(address, TestContext.Current.CancellationToken);
            Assert.True(
                (expected < 0 ? "none" : Types[expected]) == verdict.Remediation.Name,
                $"{where}, {client}: LAPI's table says {(expected < 0 ? "none" : Types[expected])}, the bouncer {verdict.Remediation.Name}.");
        }
    }

    private static bool Covers(string value, IPAddress client)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var address = IPAddress.Parse(slash < 0 ? value : value[..slash]);
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bits = slash < 0 ? address.GetAddressBytes().Length * 8 : int.Parse(value[(slash + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        return new IPNetwork(Mask(address, bits), bits).Contains(client);
    }

    private static IPAddress Mask(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = bits; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPAddress(bytes);
    }
}
