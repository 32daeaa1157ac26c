using System.Globalization;
using System.Text.Json;
using Bouncer.FunctionalTests.Programs;

namespace Bouncer.FunctionalTests;

/// <summary>The verbs of the benchmarks print what others compute with: one line of JSON, right counts, and a clear word when
/// they cannot.</summary>
public sealed class BenchmarkVerbTests(BenchmarkWorkload workload) : IClassFixture<BenchmarkWorkload>
{
    [Fact]
    public async Task Table_GeneratedStream_CountsAsBruteForceDoes()
    {
        var expected = await workload.CountAsync();
        Assert.True(expected.ContainsKey("ban") && expected.ContainsKey("captcha"), "The workload is to have both.");

        var figures = await BenchmarkProgram.MeasureAsync(
            "table", "--decisions", workload.Stream, "--addresses", workload.Addresses, "--threads", "2", "--seconds", "0.2");

        Assert.Equal(BenchmarkWorkload.Decisions, figures.GetProperty("decisions").GetInt32());
        Assert.Equal(0, figures.GetProperty("skipped").GetInt32());
        Assert.Equal(2002, figures.GetProperty("lookups").GetInt32());
        Assert.Equal(expected.Values.Sum(), figures.GetProperty("hits").GetInt32());
        Assert.Equal(
            expected,
            new(figures.GetProperty("hits_by_remediation").EnumerateObject().ToDictionary(hits => hits.Name, hits => hits.Value.GetInt32()), StringComparer.Ordinal));
        Assert.Equal(0, figures.GetProperty("measured_lookups").GetInt64() % 2002);
        Assert.Equal(0, figures.GetProperty("allocated_bytes").GetInt64());
        AssertPositive(
            figures, "parse_ms", "store_ms", "build_ms", "table_bytes", "bytes_per_decision", "memory_bytes", "memory_bytes_per_decision", "ns_per_lookup");
    }

    [Fact]
    public async Task Table_EndedUnusableAndRepeatedDecisions_AreLeftOut()
    {
        var stream = workload.At("odd.json");
        await File.WriteAllTextAsync(stream, $$"""
            {"new": [
                {{Decision("192.0.2.1", "captcha", "1h")}}, {{Decision("192.0.2.1", "captcha", "2h")}}, {{Decision("192.0.2.1", "ban", "1h")}},
                {{Decision("192.0.2.2", "ban", "-1s")}}, {{Decision("192.0.2.300", "ban", "1h")}}, {{Decision("2001:db8::1", "captcha", "1h")}}],
             "deleted": [{{Decision("2001:db8::1", "captcha", "0s")}}]}
            """);
        var addresses = workload.At("odd");
        await File.WriteAllTextAsync(addresses, "192.0.2.1\n192.0.2.2\n2001:db8::1\n192.0.2.3\n");

        var figures = await BenchmarkProgram.MeasureAsync("table", "--decisions", stream, "--addresses", addresses, "--seconds", "0.1");

        Assert.Equal(3, figures.GetProperty("decisions").GetInt32());
        Assert.Equal(1, figures.GetProperty("skipped").GetInt32());
        Assert.Equal("""{"ban":1,"captcha":1}""", figures.GetProperty("hits_by_remediation").GetRawText());
    }

    [Fact]
    public async Task Delta_GeneratedStream_TellsOfWriterAndReaders()
    {
        var figures = await BenchmarkProgram.MeasureAsync(
            "delta", "--decisions", workload.Stream, "--changes", "100", "--rounds", "5", "--seconds", "0.5");

        Assert.Equal(BenchmarkWorkload.Decisions, figures.GetProperty("decisions").GetInt32());
        Assert.Equal(100, figures.GetProperty("changes").GetInt32());
        Assert.Equal(5, figures.GetProperty("rounds").GetInt32());
        Assert.Equal(0, figures.GetProperty("reader_allocated_bytes").GetInt64());
        Assert.True(figures.GetProperty("p99_apply_ms").GetDouble() >= figures.GetProperty("apply_ms").GetDouble());
        Assert.Equal(JsonValueKind.Number, figures.GetProperty("gen2_collections").ValueKind);
        AssertPositive(
            figures, "first_apply_ms", "apply_ms", "allocated_bytes", "slowest_lookup_us", "slowest_lookup_idle_us", "reader_ns_per_lookup",
            "reader_ns_per_lookup_idle", "reader_ratio");
    }

    [Fact]
    public async Task Startup_GeneratedStream_EndsWithAllDecisions()
    {
        var figures = await BenchmarkProgram.MeasureAsync("startup", "--decisions", workload.Stream, "--rounds", "1");

        Assert.Equal(BenchmarkWorkload.Decisions, figures.GetProperty("decisions").GetInt32());
        Assert.True(figures.GetProperty("seconds_to_last_decision").GetDouble() >= figures.GetProperty("seconds_to_first_verdict").GetDouble());
        AssertPositive(figures, "seconds_to_first_verdict", "peak_rss_mb", "allocated_mb", "poll_allocated_bytes", "ratio");

        // The bound of 16 KB is for optimized code. The compiler makes every state machine an object in the code that tests
        // run, which adds 2 to 3 KB; a request more would add 6.
        Assert.InRange(figures.GetProperty("poll_allocated_bytes").GetInt64(), 1, 19 * 1024);
        AssertPositive(figures.GetProperty("naive"), "seconds", "peak_rss_mb", "allocated_mb");
    }

    [Theory]
    [InlineData("Newest", "busy", "above", "count")]
    [InlineData("V146", "idle", "origins", "value")]
    public async Task Cost_OneHour_CountsWhatLapiSends(string dialect, string load, params string[] questions)
    {
        var figures = await BenchmarkProgram.MeasureAsync("cost", "--decisions", "300", "--dialect", dialect, "--load", load);

        var kinds = figures.GetProperty("by_kind");
        Assert.InRange(kinds.GetProperty("delta").GetProperty("requests").GetInt32(), 300, 400);
        Assert.All(questions.Append("list"), kind => AssertPositive(kinds.GetProperty(kind), "requests", "bytes"));
        Assert.Equal(figures.GetProperty("requests_per_hour").GetDouble(), kinds.EnumerateObject().Sum(kind => kind.Value.GetProperty("requests").GetDouble()), 1e-6);
        Assert.Equal(figures.GetProperty("bytes_per_hour").GetInt64(), kinds.EnumerateObject().Sum(kind => kind.Value.GetProperty("bytes").GetInt64()));
        AssertPositive(figures.GetProperty("start"), "requests", "bytes");

        // Something may have come a moment before the end.
        var listed = figures.GetProperty("listed").GetInt32();
        Assert.InRange(figures.GetProperty("held").GetInt32(), listed - 5, listed + 5);
        Assert.Equal(load == "idle", listed == 300);
    }

    [Theory]
    [InlineData]
    [InlineData("measure")]
    [InlineData("table")]
    [InlineData("table", "--decisions", "STREAM", "--addresses", "ADDRESSES", "--threads", "0")]
    [InlineData("table", "--decisions", "STREAM", "--addresses", "ADDRESSES", "--seconds", "never")]
    [InlineData("table", "--decisions", "STREAM", "--addresses")]
    [InlineData("table", "--decisions", "STREAM", "--decisions", "STREAM")]
    [InlineData("startup", "--decisions", "STREAM", "--round", "1")]
    [InlineData("delta", "--decisions", "STREAM", "--changes", "10")]
    [InlineData("cost", "--decisions", "1000", "--load", "full")]
    [InlineData("generate", "--decisions", "many")]
    [InlineData("generate", "--decisions", "10", "--addresses", "all")]
    public async Task Verb_BadArguments_ExitsWith2AndSaysHow(params string[] args)
    {
        var (exitCode, output, errors) = await BenchmarkProgram.RunAsync(Named(args));

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("--decisions", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("table", "{\"new\":[", "192.0.2.1", "is no answer of LAPI's decision stream")]
    [InlineData("table", "{\"message\":\"access forbidden\"}", "192.0.2.1", "is no answer of LAPI's decision stream")]
    [InlineData("table", "{\"new\":[{\"value\":1}],\"deleted\":[]}", "192.0.2.1", "1 were skipped")]
    [InlineData("table", "STREAM", "192.0.2.1\n\nlocalhost\n", "line 3: 'localhost' is no address")]
    [InlineData("table", "STREAM", "\n", "holds no address")]
    [InlineData("table", null, "192.0.2.1", "cannot be read")]
    [InlineData("startup", "{\"new\":[", null, "is no answer of LAPI's decision stream")]
    [InlineData("delta", "[]", null, "is no answer of LAPI's decision stream")]
    public async Task Verb_UnusableFile_ExitsWith1AndSaysWhy(string verb, string? stream, string? addresses, string message)
    {
        var file = workload.At("bad.json");
        File.Delete(file);
        if (stream is not null and not "STREAM")
        {
            await File.WriteAllTextAsync(file, stream);
        }

        await File.WriteAllTextAsync(workload.At("bad"), addresses);
        string[] rest = verb switch
        {
            "table" => ["--addresses", workload.At("bad")],
            "delta" => ["--changes", "10", "--rounds", "1"],
            _ => [],
        };

        var (exitCode, output, errors) = await BenchmarkProgram.RunAsync([verb, "--decisions", stream == "STREAM" ? workload.Stream : file, .. rest]);

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private string[] Named(string[] args) =>
        [.. args.Select(arg => arg switch { "STREAM" => workload.Stream, "ADDRESSES" => workload.Addresses, _ => arg })];

    private static string Decision(string value, string type, string duration) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"duration":"{{duration}}","origin":"cscli","scenario":"test","scope":"Ip","type":"{{type}}","uuid":"","value":"{{value}}"}""");

    private static void AssertPositive(JsonElement figures, params string[] names) =>
        Assert.All(names, name => Assert.True(figures.GetProperty(name).GetDouble() > 0, $"{name} is not above 0"));
}
