using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Requests;
using Bouncer.TestUtils;
using Bouncer.TestUtils.MaxMind;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Geo;

/// <summary>What is said of settings at the start, and at a reload.</summary>
public sealed class GeoOptionsTests : IDisposable
{
    private const string Http = "Bouncer:Http:Geo:";

    private readonly string _folder = Directory.CreateTempSubdirectory("geo").FullName;
    private readonly FakeLogCollector _logs = new();
    private readonly List<ServiceProvider> _providers = [];

    [Theory]
    [InlineData("CountryDatabase", "missing.mmdb", "cannot be used: it cannot be read: Could not find file")]
    [InlineData("CountryDatabase", "empty.mmdb", "cannot be used: it cannot be read: the file is empty.")]
    [InlineData("CountryDatabase", "cut.mmdb", "cannot be used: it is not a MaxMind DB file, or its end is missing.")]
    [InlineData("CountryDatabase", "damaged.mmdb", "cannot be used: its tree is damaged")]
    [InlineData("CountryDatabase", "as.mmdb", "cannot be used: it has no countries: it is a database of the type 'Test-ASN'.")]
    [InlineData("AsDatabase", "country.mmdb", "cannot be used: it has no autonomous systems: it is a database of the type 'Test-Country'.")]
    [InlineData("AsDatabase", "", "cannot be used: it cannot be read: ")]
    [InlineData("CountryHeader", "CF-IPCountry", "needs the proxies that send the header, as a client can write it as well: name them in Bouncer:Proxies:Networks, or remove the setting.")]
    [InlineData("AsHeader", "CloudFront-Viewer-ASN", "needs the proxies that send the header")]
    [InlineData("CountryHeader", "CF IPCountry", "is 'CF IPCountry', which is not the name of a header, such as CF-IPCountry.")]
    public void Start_OfWhatCannotBeUsed_SaysWhatToDo(string key, string value, string problem)
    {
        WriteFiles();
        var isFile = key.EndsWith("Database", StringComparison.Ordinal);
        var error = Assert.Throws<OptionsValidationException>(() => Current((Http + key, isFile ? Path.Combine(_folder, value) : value)));
        var failure = Assert.Single(error.Failures);
        Assert.StartsWith(Http + key, failure, StringComparison.Ordinal);
        Assert.Contains(problem, failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.1")]
    public void Start_HeaderAndProxies_NeedsOne(string network)
    {
        void Start() => Current((Http + "CountryHeader", "CF-IPCountry"), ("Bouncer:Proxies:Networks", network));
        if (network.Length > 0)
        {
            Start();
        }
        else
        {
            Assert.Throws<OptionsValidationException>(Start);
        }
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("CountryDatabase", "ip,range,country")]
    [InlineData("AsDatabase", "ip,range,as")]
    public void Scopes_InUse_AreRequestedFromLapi(string? key, string? scopes)
    {
        WriteFiles();
        var file = Path.Combine(_folder, key == "AsDatabase" ? "as.mmdb" : "country.mmdb");
        var provider = Provider(Configuration(key is null ? [] : [(Http + key, file)]));
        var asked = provider.GetRequiredService<IOptions<BouncerOptions>>().Value.Sync.Scopes;
        Assert.Equal(scopes, asked is null ? null : string.Join(',', asked));
    }

    /// <summary>LAPI was not asked for their decisions.</summary>
    [Fact]
    public void Reload_ADatabaseWhereThereWasNone_WaitsForARestart()
    {
        WriteFiles();
        var configuration = Configuration([]);
        _ = Provider(configuration).GetRequiredService<HttpSettingsProvider>().Current;
        configuration[Http + "CountryDatabase"] = Path.Combine(_folder, "country.mmdb");
        configuration.Reload();
        configuration.Reload();
        Assert.Equal(
            "The setting Bouncer:Http:Geo:CountryDatabase was changed and takes effect at the next start.",
            Assert.Single(_logs.Lines, line => line.Id == EventIds.NeedsRestart).Text);
        Assert.Equal(0, _logs.Count(EventIds.Reloaded));
    }

    [Fact]
    public void Reload_AnotherDatabase_TakesEffectAndABrokenOneIsRefused()
    {
        WriteFiles();
        var configuration = Configuration([(Http + "CountryDatabase", Path.Combine(_folder, "country.mmdb"))]);
        var provider = Provider(configuration);
        var settings = provider.GetRequiredService<HttpSettingsProvider>();
        Assert.EndsWith("country.mmdb", DatabaseOf(settings), StringComparison.Ordinal);

        configuration[Http + "CountryDatabase"] = Path.Combine(_folder, "cut.mmdb");
        configuration.Reload();
        Assert.EndsWith("country.mmdb", DatabaseOf(settings), StringComparison.Ordinal);
        Assert.Equal(1, _logs.Count(EventIds.ReloadRefused));

        configuration[Http + "CountryDatabase"] = Path.Combine(_folder, "other.mmdb");
        configuration.Reload();
        Assert.EndsWith("other.mmdb", DatabaseOf(settings), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _providers.ForEach(static provider => provider.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    private static string DatabaseOf(HttpSettingsProvider settings) => Assert.Single(settings.Current.Of<AspNetCore.Geo.GeoSettings>().Databases).Path;

    private static IConfigurationRoot Configuration((string Key, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection([new("Bouncer:Lapi:Url", "http://127.0.0.1:1/"), new("Bouncer:Lapi:ApiKey", "key"), .. settings.Select(static one => new KeyValuePair<string, string?>(one.Key, one.Value))])
        .Build();

    private HttpSettings Current(params (string Key, string? Value)[] settings) => Provider(Configuration(settings)).GetRequiredService<HttpSettingsProvider>().Current;

    private ServiceProvider Provider(IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration).AddMetrics().AddLogging(logging => logging.AddCollector(_logs)).AddBouncer();
        var provider = services.BuildServiceProvider();
        _providers.Add(provider);
        return provider;
    }

    private void WriteFiles()
    {
        var country = new MaxMindFile().Add("192.0.2.0/24", MaxMindFile.Country("DE")).ToArray();
        var damaged = country.ToArray();
        Array.Clear(damaged, 0, 7);
        Write("country.mmdb", country);
        Write("other.mmdb", country);
        Write("as.mmdb", new MaxMindFile { Type = "Test-ASN" }.Add("192.0.2.0/24", MaxMindFile.AS(1)).ToArray());
        Write("cut.mmdb", country[..(country.Length / 2)]);
        Write("damaged.mmdb", damaged);
        Write("empty.mmdb", []);
    }

    private void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_folder, name), content);
}
