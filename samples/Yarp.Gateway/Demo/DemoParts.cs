using Gateway.StartPage;
using Bouncer.Testing;

namespace Gateway.Demo;

// Stands in for what the configuration does not name: a Local API with some decisions, an upstream, or both.
internal sealed class DemoParts : IAsyncDisposable
{
    private readonly LocalApiServer? _lapi;
    private readonly DemoUpstream? _upstream;

    private DemoParts(LocalApiServer? lapi, DemoUpstream? upstream) => (_lapi, _upstream) = (lapi, upstream);

    public bool HasUpstream => _upstream is not null;

    // Whether nothing of it is the operator's own.
    public bool IsWhole => _lapi is not null && _upstream is not null;

    // They listen before the gateway is built, so that its first synchronisation has somebody to ask.
    public static async Task<DemoParts> StartMissingAsync(ConfigurationManager configuration)
    {
        var lapi = IsLapiConfigured(configuration) ? null : await LocalApiServer.StartAsync();
        var upstream = configuration.GetSection("ReverseProxy:Routes").GetChildren().Any() ? null : await DemoUpstream.StartAsync();
        var settings = new Dictionary<string, string?>();
        if (lapi is not null)
        {
            DemoDecisions.AddTo(lapi.Database);
            settings["Bouncer:Lapi:Url"] = lapi.Url.ToString();
            settings["Bouncer:Lapi:ApiKey"] = lapi.ApiKey;
            settings["Bouncer:Sync:Interval"] = configuration["Bouncer:Sync:Interval"] ?? "00:00:01";
        }

        if (upstream is not null)
        {
            settings["ReverseProxy:Routes:demo:ClusterId"] = "demo";
            settings["ReverseProxy:Routes:demo:Match:Path"] = "{**catch-all}";
            settings["ReverseProxy:Clusters:demo:Destinations:demo:Address"] = upstream.Url;
        }

        configuration.AddInMemoryCollection(settings);
        return new DemoParts(lapi, upstream);
    }

    public void PrintWhatToTry(IEnumerable<string> urls, StartPageAccess access) =>
        Console.WriteLine(WhatToTry.Describe(Reachable(urls.First()), _lapi?.Url, _upstream?.Url, access));

    public async ValueTask DisposeAsync()
    {
        if (_upstream is not null)
        {
            await _upstream.DisposeAsync();
        }

        if (_lapi is not null)
        {
            await _lapi.DisposeAsync();
        }
    }

    private static string Reachable(string url) =>
        url.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal);

    // One of them alone is a mistake to be told, not a wish for the demonstration.
    private static bool IsLapiConfigured(ConfigurationManager configuration) =>
        new[] { "Url", "ApiKey", "ApiKeyFile" }.Any(key => !string.IsNullOrWhiteSpace(configuration[$"Bouncer:Lapi:{key}"]));
}
