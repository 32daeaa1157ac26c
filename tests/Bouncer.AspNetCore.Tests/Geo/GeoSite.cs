using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.TestUtils.MaxMind;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Geo;

/// <summary>A site that finds countries and autonomous systems: 192.0.2.0/24 and 2001:db8::/32 are in Germany and of AS64496, and
/// 198.51.100.0/24 in France and of AS64497. Captchas and the like answer with their name.</summary>
internal sealed class GeoSite : IAsyncDisposable
{
    internal const string German = "192.0.2.1";
    internal const string French = "198.51.100.1";
    internal const string Nowhere = "203.0.113.1";
    internal const string Trusted = "192.0.2.200";
    internal const string CountryHeader = "CF-IPCountry";

    private readonly string _folder = Directory.CreateTempSubdirectory("geo").FullName;

    private GeoSite()
    {
        Countries().Save(CountryDatabase);
        Systems().Save(AsDatabase);
    }

    internal TestSite Site { get; private set; } = null!;

    internal string CountryDatabase => Path.Combine(_folder, "country.mmdb");

    internal string AsDatabase => Path.Combine(_folder, "as.mmdb");

    internal static MaxMindFile Countries(string german = "DE") => new MaxMindFile { HasAliases = true }
        .Add("192.0.2.0/24", MaxMindFile.Country(german)).Add("198.51.100.0/24", MaxMindFile.Country("FR")).Add("2001:db8::/32", MaxMindFile.Country(german));

    internal static async Task<GeoSite> StartAsync(
        Action<DecisionDatabase> decisions, Action<GeoSite, GeoOptions>? geo = null, Action<IBouncerBuilder>? bouncer = null, TimeProvider? clock = null)
    {
        var site = new GeoSite();
        try
        {
            site.Site = await TestSite.StartAsync(
                builder =>
                {
                    builder.AddRemediation<NamingHandler>(Remediation.Captcha, 200).AddRemediation<NamingHandler>(Remediation.Throttle, 100);
                    builder.Services.Configure<BouncerOptions>(options => options.TrustedNetworks = [Trusted]);
                    builder.Services.Configure<ProxyOptions>(options => options.Networks = ["127.0.0.1"]);
                    builder.ConfigureHttp(options => (geo ?? UseDatabases)(site, options.Geo));
                    bouncer?.Invoke(builder);
                },
                configure: builder =>
                {
                    builder.Services.AddHealthChecks().AddBouncer();
                    if (clock is not null)
                    {
                        builder.Services.AddSingleton(clock);
                    }
                },
                decisions: decisions);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    internal static void UseDatabases(GeoSite site, GeoOptions options) => (options.CountryDatabase, options.AsDatabase) = (site.CountryDatabase, site.AsDatabase);

    internal static void UseHeader(GeoSite site, GeoOptions options) => options.CountryHeader = CountryHeader;

    internal static void UseBoth(GeoSite site, GeoOptions options)
    {
        UseDatabases(site, options);
        UseHeader(site, options);
    }

    /// <summary>The status of an answer, or the name of the remediation.</summary>
    /// <param name="client">The client that the proxy names; null if the client connects directly.</param>
    /// <param name="countries">The lines of the header.</param>
    internal async Task<string> SendAsync(string? client, params string[] countries)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (client is not null)
        {
            request.Headers.Add("X-Forwarded-For", client);
        }

        request.Headers.TryAddWithoutValidation(CountryHeader, countries);
        using var answer = await Site.Http1.SendAsync(request);
        return (int)answer.StatusCode == 418 ? await answer.Content.ReadAsStringAsync() : ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (Site is not null)
        {
            await Site.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static MaxMindFile Systems() => new MaxMindFile { Type = "Test-ASN" }
        .Add("192.0.2.0/24", MaxMindFile.AS(64496)).Add("198.51.100.0/24", MaxMindFile.AS(64497)).Add("2001:db8::/32", MaxMindFile.AS(64496));
}
