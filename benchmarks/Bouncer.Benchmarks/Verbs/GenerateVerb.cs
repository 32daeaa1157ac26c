using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bouncer.Benchmarks.Lookup;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Verbs;

/// <summary>Verb <c>generate</c>: writes the workload that the other verbs read.</summary>
internal static class GenerateVerb
{
    private const int FlushBytes = 64 * 1024;

    /// <summary>How often, and of what kind, decisions are; the hours are the longest that such a decision still has.</summary>
    private static readonly (int Weight, string Origin, string Scenario, string Type, int Hours)[] Kinds =
    [
        (4_000, "CAPI", "crowdsecurity/http-probing", "ban", 167),
        (1_800, "CAPI", "crowdsecurity/ssh-bf", "ban", 167),
        (1_000, "lists", "firehol_level1", "ban", 24),
        (700, "CAPI", "crowdsecurity/http-crawl-non_statics", "ban", 167),
        (500, "CAPI", "crowdsecurity/ssh-slow-bf", "ban", 167),
        (400, "lists", "tor-exit-nodes", "captcha", 24),
        (300, "CAPI", "crowdsecurity/http-bad-user-agent", "ban", 167),
        (250, "CAPI", "crowdsecurity/http-bf-wordpress_bf", "ban", 167),
        (200, "CAPI", "crowdsecurity/http-path-traversal-probing", "ban", 167),
        (200, "lists", "crowdsec_public_scanners", "ban", 24),
        (150, "CAPI", "crowdsecurity/CVE-2021-41773", "ban", 167),
        (120, "CAPI", "crowdsecurity/http-generic-bf", "ban", 167),
        (100, "crowdsec", "crowdsecurity/ssh-bf", "ban", 4),
        (70, "CAPI", "crowdsecurity/telnet-bf", "ban", 167),
        (60, "crowdsec", "crowdsecurity/http-crawl-non_statics", "captcha", 4),
        (50, "CAPI", "crowdsecurity/http-sqli-probing", "ban", 167),
        (40, "crowdsec", "crowdsecurity/http-probing", "ban", 4),
        (20, "CAPI", "crowdsecurity/jira_cve-2021-26086", "ban", 167),
        (20, "cscli", "manual 'ban' from 'localhost'", "ban", 8_760),
        (10, "crowdsec", "crowdsecurity/http-bad-user-agent", "captcha", 4),
        (6, "cscli-import", "import blocklist.csv: 120 IPs", "ban", 720),
        (4, "appsec", "crowdsecurity/vpatch-CVE-2023-40044", "ban", 4),
    ];

    internal static Verb Verb { get; } = new(
        "generate",
        """
        generate --decisions N [--seed X] [--addresses realistic|misses|half-hits [--count M]]
          Writes to standard output N decisions as LAPI's stream lists them, shaped after public blocklists; with --addresses
          instead M addresses (default 1000000), one a line, to ask for among the same decisions: realistic (one hit in a
          hundred, few clients make most requests), misses, or half-hits. The same for the same N, X (default 20261122) and M.
        """,
        ["decisions", "seed", "addresses", "count"],
        Run);

    private static Task Run(Arguments arguments)
    {
        var decisions = arguments.Number("decisions", 1, 20_000_000);
        var seed = arguments.Number("seed", 0, int.MaxValue, LookupWorkload.DefaultSeed);
        var kind = arguments.TextOrNull("addresses");
        if (kind is null && arguments.TextOrNull("count") is not null)
        {
            throw new UsageException("--count needs --addresses.");
        }

        if (kind is not (null or "realistic" or "misses" or "half-hits"))
        {
            throw new UsageException($"--addresses is realistic, misses or half-hits, not '{kind}'.");
        }

        var count = arguments.Number("count", 1, 100_000_000, 1_000_000);
        var workload = new LookupWorkload(decisions, seed);
        if (kind is null)
        {
            WriteStream(workload.Prefixes, new Random(seed));
        }
        else
        {
            WriteAddresses(workload, kind, count);
        }

        return Task.CompletedTask;
    }

    private static void WriteStream(IpPrefix[] networks, Random random)
    {
        using var output = Console.OpenStandardOutput();
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var uuid = new byte[16];
        var sum = Kinds.Sum(kind => kind.Weight);
        json.WriteStartObject();
        json.WriteStartArray("new");
        for (var i = 0; i < networks.Length; i++)
        {
            var (_, origin, scenario, type, hours) = Kind(random.Next(sum));
            var left = TimeSpan.FromSeconds(random.Next(hours * 1_800, hours * 3_600));
            random.NextBytes(uuid);
            ListedDecision.On(networks[i], i + 1, origin, scenario, type).Write(json, GoDuration(left), new Guid(uuid));
            if (json.BytesPending > FlushBytes)
            {
                json.Flush();
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("deleted");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAddresses(LookupWorkload workload, string kind, int count)
    {
        var listed = new DictionaryTable<string>(workload.Prefixes, static _ => "");
        bool IsListed(IpKey address) => listed.Find(address) is not null;
        var addresses = kind switch
        {
            "realistic" => workload.Realistic(count, IsListed),
            "misses" => workload.Misses(count, IsListed),
            _ => workload.HalfHits(count, IsListed),
        };
        using var output = new StreamWriter(Console.OpenStandardOutput());
        foreach (var address in addresses)
        {
            output.Write(address.ToIPAddress());
            output.Write('\n');
        }
    }

    private static (int Weight, string Origin, string Scenario, string Type, int Hours) Kind(int drawn)
    {
        var at = 0;
        while (drawn >= Kinds[at].Weight)
        {
            drawn -= Kinds[at++].Weight;
        }

        return Kinds[at];
    }

    private static string GoDuration(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}h{time.Minutes}m{time.Seconds}s");
}
