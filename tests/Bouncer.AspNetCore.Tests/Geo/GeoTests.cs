using System.Net;
using Bouncer.AspNetCore.Hosting;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.TestUtils.MaxMind;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Geo;

/// <summary>Decisions on countries and autonomous systems, by settings alone.</summary>
public sealed class GeoTests
{
    [Theory]
    [InlineData("country", "DE", GeoSite.German, "403")]
    [InlineData("country", "de", GeoSite.German, "403")]
    [InlineData("country", "DE", "2001:db8::1", "403")]
    [InlineData("country", "DE", "::ffff:192.0.2.1", "403")]
    [InlineData("country", "DE", GeoSite.French, "200")]
    [InlineData("country", "DE", GeoSite.Nowhere, "200")]
    [InlineData("country", "QQ", GeoSite.German, "200")]
    [InlineData("as", "64496", GeoSite.German, "403")]
    [InlineData("as", "AS64496", GeoSite.German, "403")]
    [InlineData("as", "as64496", "2001:db8::1", "403")]
    [InlineData("as", "AS64496", GeoSite.French, "200")]
    [InlineData("as", "64496", GeoSite.Nowhere, "200")]
    public async Task Database_ADecisionOnTheClients_Applies(string scope, string value, string client, string expected)
    {
        await using var site = await GeoSite.StartAsync(lapi => lapi.Decide(new DecisionScope(scope), value, Remediation.Ban));
        Assert.Equal(expected, await site.SendAsync(client));
    }

    /// <summary>A country is a property of the address, so those who trust an address trust it wherever it is.</summary>
    [Fact]
    public async Task TrustedNetwork_InABannedCountry_Passes()
    {
        await using var site = await GeoSite.StartAsync(lapi => lapi.Decide(DecisionScope.Country, "DE", Remediation.Ban));
        Assert.Equal("200", await site.SendAsync(GeoSite.Trusted));
    }

    [Fact]
    public async Task AddressCountryAndAS_TheStrongestCounts()
    {
        await using var site = await GeoSite.StartAsync(
            lapi => lapi.Decide(DecisionScope.Country, "DE", Remediation.Throttle).Decide(DecisionScope.AS, "64496", Remediation.Captcha).Decide("192.0.2.2", Remediation.Ban));
        Assert.Equal(("captcha", "403", "200"), (await site.SendAsync(GeoSite.German), await site.SendAsync("192.0.2.2"), await site.SendAsync(GeoSite.French)));
    }

    [Fact]
    public async Task Explain_NamesTheDecisionsOnCountryAndASAsRequestsGetThem()
    {
        await using var site = await GeoSite.StartAsync(lapi => lapi.Decide(DecisionScope.Country, "DE", Remediation.Captcha).Decide(DecisionScope.AS, "AS64496", Remediation.Throttle));
        var explainer = site.Site.App.Services.GetRequiredService<IBouncerExplainer>();
        var german = explainer.Explain(IPAddress.Parse(GeoSite.German));
        Assert.Equal(["ip 192.0.2.1", "country DE", "as 64496"], german.Client.Select(value => $"{value.Scope} {value.Value}"));
        Assert.Equal((Remediation.Captcha, 2), (german.Remediation, german.Decisions.Count));
        Assert.Equal(Remediation.None, explainer.Explain(IPAddress.Parse(GeoSite.French)).Remediation);
        Assert.Equal((Remediation.None, 0), explainer.Explain(IPAddress.Parse(GeoSite.Trusted)) is var trusted ? (trusted.Remediation, trusted.Decisions.Count) : default);
    }

    [Theory]
    [InlineData("64:ff9b::192.0.2.1", "403")]
    [InlineData("64:ff9b::198.51.100.1", "200")]
    [InlineData("2002:c000:201::1", "403")]
    [InlineData("2001:db8:64::198.51.100.1", "403")]
    [InlineData("2001:4860:64::192.0.2.1", "403")]
    [InlineData("2001:4860:64::198.51.100.1", "200")]
    public async Task EmbeddedIPv4_ADecisionOnEitherAddress_Applies(string client, string expected)
    {
        await using var site = await GeoSite.StartAsync(
            lapi => lapi.Decide(DecisionScope.Country, "DE", Remediation.Ban),
            bouncer: b => b.Services.Configure<BouncerOptions>(options => options.EmbeddedIPv4 = ["nat64", "6to4", "2001:db8:64::/96", "2001:4860:64::/96"]));
        Assert.Equal(expected, await site.SendAsync(client));
    }

    [Theory]
    [InlineData("DE", "403")]
    [InlineData("de", "403")]
    [InlineData("FR", "200")]
    [InlineData("XX", "200")]
    [InlineData("T1", "200")]
    public async Task Header_OfATrustedProxy_IsBelieved(string sent, string expected)
    {
        await using var site = await GeoSite.StartAsync(lapi => lapi.Decide(DecisionScope.Country, "DE", Remediation.Ban), GeoSite.UseHeader, b => b.ConfigureHttp(o => o.WhenUnavailable = "captcha"));
        Assert.Equal(expected, await site.SendAsync(GeoSite.Nowhere, sent));
    }

    [Fact]
    public async Task Header_OfTor_CanBeDecidedOn()
    {
        await using var site = await GeoSite.StartAsync(lapi => lapi.Decide(DecisionScope.Country, "T1", Remediation.Ban), GeoSite.UseHeader);
        Assert.Equal(("403", "200"), (await site.SendAsync(GeoSite.Nowhere, "T1"), await site.SendAsync(GeoSite.Nowhere, "XX")));
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("FR", "FR")]
    [InlineData("FR, FR")]
    [InlineData("FR,")]
    [InlineData("FRA")]
    [InlineData("F")]
    [InlineData("1R")]
    [InlineData("F-")]
    public async Task Header_AbsentOrUnreadable_WhenUnavailableDecidesAndLogsOnce(params string[] sent)
    {
        await using var site = await GeoSite.StartAsync(
            lapi => lapi.Decide(DecisionScope.Country, "DE", Remediation.Ban), GeoSite.UseHeader, b => b.ConfigureHttp(o => o.WhenUnavailable = "captcha"));
        Assert.Equal(("captcha", "captcha"), (await site.SendAsync(GeoSite.Nowhere, sent), await site.SendAsync(GeoSite.Nowhere, sent)));
        Assert.Equal("200", await site.SendAsync(GeoSite.Trusted, sent));
        var line = Assert.Single(site.Site.Logs.Lines, line => line.Id == EventIds.GeoUnknown);
        Assert.Contains(GeoSite.CountryHeader, line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(GeoSite.Nowhere, line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_AbsentWithoutADecisionOnACountry_IsNoMatter()
    {
        await using var site = await GeoSite.StartAsync(
            lapi => lapi.Decide(DecisionScope.AS, "1", Remediation.Ban), GeoSite.UseHeader, b => b.ConfigureHttp(o => o.WhenUnavailable = "captcha"));
        Assert.Equal(("200", 0), (await site.SendAsync(GeoSite.Nowhere), site.Site.Logs.Count(EventIds.GeoUnknown)));
    }

    [Theory]
    [InlineData("DE", "403")]
    [InlineData("FR", "200")]
    [InlineData("FRA", "403")]
    public async Task HeaderAndDatabase_TheHeaderComesFirstThenTheDatabase(string sent, string expected)
    {
        await using var site = await GeoSite.StartAsync(lapi => lapi.Decide(DecisionScope.Country, "DE", Remediation.Ban), GeoSite.UseBoth);
        Assert.Equal((expected, "403"), (await site.SendAsync(GeoSite.German, sent), await site.SendAsync(GeoSite.German)));
    }

    /// <summary>A client that reaches the site past its proxies writes what it likes.</summary>
    [Fact]
    public async Task Header_OfAClientThatConnectsDirectly_IsNotBelieved()
    {
        await using var site = await GeoSite.StartAsync(
            lapi => lapi.Decide(DecisionScope.Country, "DE", Remediation.Ban),
            (one, geo) =>
            {
                GeoSite.UseBoth(one, geo);
                new MaxMindFile().Add("127.0.0.0/8", MaxMindFile.Country("DE")).Save(one.CountryDatabase);
            },
            b => b.Services.Configure<ProxyOptions>(options => options.Networks = ["203.0.113.77"]));
        Assert.Equal(("403", "403"), (await site.SendAsync(GeoSite.Nowhere, "FR"), await site.SendAsync(null, "FR")));
    }

    [Fact]
    public async Task Header_OfAStrangerWithoutADatabase_WhenUnavailableDecides()
    {
        await using var site = await GeoSite.StartAsync(
            lapi => lapi.Decide(DecisionScope.Country, "DE", Remediation.Ban),
            GeoSite.UseHeader,
            b => b.ConfigureHttp(o => o.WhenUnavailable = "captcha").Services.Configure<ProxyOptions>(options => options.Networks = ["203.0.113.77"]));
        Assert.Equal("captcha", await site.SendAsync(null, "FR"));
    }

    [Fact]
    public async Task AsHeader_IsBelievedLikewise()
    {
        await using var site = await GeoSite.StartAsync(
            lapi => lapi.Decide(DecisionScope.AS, "AS64496", Remediation.Ban), (_, geo) => geo.AsHeader = GeoSite.CountryHeader);
        Assert.Equal(("403", "403", "200"), (await site.SendAsync(GeoSite.Nowhere, "64496"), await site.SendAsync(GeoSite.Nowhere, "AS64496"), await site.SendAsync(GeoSite.Nowhere, "64497")));
    }

    [Theory]
    [InlineData("database", GeoSite.French)]
    [InlineData("database", "2001:4860::8888")]
    [InlineData("header", GeoSite.French)]
    [InlineData("both", GeoSite.Nowhere)]
    public async Task Invoke_DecisionsOnOtherCountriesAndSystemsHeld_AllocatesNothing(string by, string client)
    {
        await using var site = await GeoSite.StartAsync(
            lapi => lapi.Decide(DecisionScope.Country, "DE", Remediation.Ban).Decide(DecisionScope.AS, "AS64496", Remediation.Ban),
            by == "database" ? GeoSite.UseDatabases : by == "header" ? GeoSite.UseHeader : GeoSite.UseBoth);
        var services = site.Site.App.Services;
        Assert.True(services.GetRequiredService<IBouncer>().HasDecisions(DecisionScope.Country));
        var middleware = ActivatorUtilities.CreateInstance<BouncerMiddleware>(services, (RequestDelegate)(_ => Task.CompletedTask), new BouncerServices(services, null));
        var request = new PooledRequest(client);
        if (by != "database")
        {
            request.Context.Features.Set(ForwardedFeature.Named);
            request.Context.Request.Headers[GeoSite.CountryHeader] = "FR";
        }

        Assert.Equal(0, request.Allocated(middleware.Invoke));
    }
}
