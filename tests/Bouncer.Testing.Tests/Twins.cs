using System.Globalization;
using System.Text.RegularExpressions;
using Bouncer.TestUtils;
using Bouncer.Testing.Api;

namespace Bouncer.Testing.Tests;

/// <summary>
/// A real CrowdSec 1.4.6 and the sample's 1.4.6 dialect, told and asked the same in lockstep. Ids must be equal; durations
/// within a few seconds, because one is told after the other.
/// </summary>
public sealed partial class Twins : IAsyncDisposable
{
    private static readonly TimeSpan s_apart = TimeSpan.FromSeconds(5);

    private readonly LapiProbe _realProbe;
    private readonly LapiProbe _sampleProbe;

    private Twins(CrowdSecServer real, LocalApiServer sample)
    {
        (Real, Sample) = (real, sample);
        _realProbe = new LapiProbe(real.Url, CrowdSecServer.ApiKey);
        _sampleProbe = new LapiProbe(sample.Url, CrowdSecServer.ApiKey);
    }

    public CrowdSecServer Real { get; }

    public LocalApiServer Sample { get; }

    public static async Task<Twins> StartAsync()
    {
        var real = await CrowdSecServer.StartAsync();
        return new Twins(real, await LocalApiServer.StartAsync(new LocalApiOptions { Dialect = LocalApiDialect.V146, ApiKey = CrowdSecServer.ApiKey }));
    }

    public async Task AddAsync(string value, string duration = "4h", string type = "ban", string? scope = null, string reason = "test")
    {
        await Real.AddDecisionAsync(value, duration, type, scope, reason);
        Sample.Database.Add(value, Parse(duration), type, scope, scenario: reason);
    }

    public async Task PushAsync(string value, string duration, string origin, string scenario = "test/pushed", bool simulated = false)
    {
        await Real.PushDecisionAsync(value, duration, origin: origin, scenario: scenario, simulated: simulated);
        Sample.Database.Add(value, Parse(duration), origin: origin, scenario: scenario, simulated: simulated);
    }

    public async Task DeleteAsync(long id)
    {
        await Real.DeleteDecisionAsync(id);
        Assert.True(Sample.Database.Delete(id));
    }

    public async Task DeleteAsync(string value)
    {
        await Real.DeleteDecisionsAsync(value);
        Sample.Database.Delete(value);
    }

    public async Task DeleteAllAsync()
    {
        await Real.DeleteAllDecisionsAsync();
        Sample.Database.DeleteAll();
    }

    /// <summary>Deletes the alerts of a value, and with them its rows.</summary>
    public async Task RemoveAsync(string value)
    {
        await Real.RunCscliAsync("alerts", "delete", "--value", value, "--scope", "ip");
        Assert.NotEqual(0, Sample.Database.RemoveWhere(row => row.Value == value));
    }

    public async Task AddBouncerAsync(string name, string key)
    {
        await Real.AddBouncerAsync(name, key);
        Sample.Bouncers.Add(name, key);
    }

    /// <summary>Asks both, fails when they differ, and returns the sample's answer.</summary>
    public async Task<LapiAnswer> SameAsync(string path, HttpMethod? method = null, string? key = CrowdSecServer.ApiKey)
    {
        method ??= HttpMethod.Get;
        using var realOther = new LapiProbe(Real.Url, key);
        using var sampleOther = new LapiProbe(Sample.Url, key);
        var ofOurs = key == CrowdSecServer.ApiKey;
        var expected = await (ofOurs ? _realProbe : realOther).SendAsync(method, path);
        var actual = await (ofOurs ? _sampleProbe : sampleOther).SendAsync(method, path);
        var because = $"{method} {path}";
        Assert.Equal(Shape(because, expected), Shape(because, actual));
        foreach (var (real, sample) in Durations(expected.Body).Zip(Durations(actual.Body)))
        {
            Assert.True((real - sample).Duration() < s_apart, $"{because}: {real} is far from {sample}");
        }

        return actual;
    }

    public async ValueTask DisposeAsync()
    {
        _realProbe.Dispose();
        _sampleProbe.Dispose();
        await Sample.DisposeAsync();
        await Real.DisposeAsync();
    }

    // A length differs with the digits of a duration: only whether there is one can be equal.
    private static string Shape(string because, LapiAnswer answer) =>
        $"{because}\n{(int)answer.Status} {answer.ContentType} length {answer.ContentLength is not null} chunked {answer.Chunked}\n"
        + Moment().Replace(Duration().Replace(InOrder(answer.Body), match => match.Groups[1].Value.StartsWith('-') ? "ENDED" : "HELD"), "MOMENT");

    // CrowdSec asks its database for no order, and gets one by id or by end, as the index it happens to use has it.
    private static string InOrder(string body) => List().Replace(body, list =>
        '[' + string.Join(',', Item().Matches(list.Value).OrderBy(item => long.Parse(item.Groups[1].Value, CultureInfo.InvariantCulture))) + ']');

    private static IEnumerable<TimeSpan> Durations(string body) => Duration().Matches(InOrder(body)).Select(match => Parse(match.Groups[1].Value));

    private static TimeSpan Parse(string text)
    {
        Assert.True(GoDuration.TryParse(text, out var duration), text);
        return duration;
    }

    [GeneratedRegex(@"\[\{.*?\}\]")]
    private static partial Regex List();

    [GeneratedRegex(@"\{""duration"":""[^""]*"",""id"":(\d+),.*?\}")]
    private static partial Regex Item();

    [GeneratedRegex("\"duration\":\"([^\"]*)\"")]
    private static partial Regex Duration();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC")]
    private static partial Regex Moment();
}
