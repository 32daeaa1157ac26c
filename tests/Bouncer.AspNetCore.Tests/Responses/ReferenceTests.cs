using System.Text.RegularExpressions;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Tests.Responses;

/// <summary>What a visitor quotes finds the line of the log.</summary>
public sealed partial class ReferenceTests
{
    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json")]
    public async Task U12_Refusal_WithLogRefusals_IsFoundByItsReference(string accept)
    {
        long id = 0;
        await using var site = await TestSite.StartAsync(
            bouncer => bouncer.ConfigureHttp(options => options.LogRefusals = true),
            decisions: lapi => id = lapi.Add(TestSite.Clean, origin: "lists", scenario: "a\r\nforged: \u001b[31m\u202E" + new string('x', 500)));

        using var answer = await site.GetAsync("/", TestSite.Clean, accept);
        var reference = Reference8().Match(await answer.Content.ReadAsStringAsync()).Value;

        // The line is written after the answer.
        await Eventually.TrueAsync(() => site.Logs.Count(EventIds.Refused) > 0);
        var line = Assert.Single(site.Logs.Lines, line => line.Id == EventIds.Refused);
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Equal(
            $"Refused with reference {reference}: remediation 'ban' (policy default, handled), decision {id}, origin 'lists', scenario 'a??forged: ?[31m?{new string('x', 83)}'.",
            line.Text);
        Assert.DoesNotContain(TestSite.Clean, line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_WithoutTheOption_IsNoLineAtInformation()
    {
        await using var site = await TestSite.StartAsync();

        using var answer = await site.GetAsync("/", TestSite.Banned);

        Assert.Equal(403, (int)answer.StatusCode);
        Assert.DoesNotContain(site.Logs.Lines, line => line.Id is EventIds.Refused or EventIds.Remediated && line.Level >= LogLevel.Information);
    }

    [Fact]
    public async Task ClientsThatPass_WithLogRefusals_AreNotLogged()
    {
        await using var site = await TestSite.StartAsync(
            bouncer => bouncer.ConfigureHttp(options => options.LogRefusals = true), decisions: lapi => lapi.Decide(TestSite.Clean, Remediation.Throttle));

        for (var i = 0; i < 12; i++)
        {
            using var answer = await site.GetAsync("/", TestSite.Clean);
        }

        await Eventually.TrueAsync(() => site.Logs.Count(EventIds.Refused) >= 2);
        Assert.Equal(2, site.Logs.Count(EventIds.Refused));
    }

    [Fact]
    public void Of_OneRequest_IsTheSameEachTime()
    {
        var context = new DefaultHttpContext { TraceIdentifier = "0HN8:00000001" };

        Assert.Equal(Reference.Of(context), Reference.Of(context));
    }

    [Fact]
    public void Of_ManyRequests_AreDifferentAndCanBeReadOut()
    {
        var references = Enumerable.Range(0, 100_000).Select(i => Reference.Of(new DefaultHttpContext { TraceIdentifier = $"0HN8:{i:X8}" })).ToHashSet();

        Assert.InRange(references.Count, 99_999, 100_000);
        Assert.All(references.Take(1000), reference => Assert.Matches(Reference8(), reference));
    }

    [GeneratedRegex("\\b[2-9BCDFGHJKMNPQRSTVWXYZ]{8}\\b")]
    private static partial Regex Reference8();
}
