using Bouncer.Testing;

namespace IdentitySite;

// Stands in for a CrowdSec that the configuration does not name, and decides when it is told to.
internal sealed class DemoCrowdSec : IAsyncDisposable
{
    private readonly LocalApiServer? _lapi;

    private DemoCrowdSec(LocalApiServer? lapi) => _lapi = lapi;

    public bool IsRunning => _lapi is not null;

    public static async Task<DemoCrowdSec> StartIfMissingAsync(ConfigurationManager configuration)
    {
        if (!string.IsNullOrWhiteSpace(configuration["Bouncer:Lapi:Url"]))
        {
            return new DemoCrowdSec(null);
        }

        var lapi = await LocalApiServer.StartAsync();
        configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Bouncer:Lapi:Url"] = lapi.Url.ToString(),
            ["Bouncer:Lapi:ApiKey"] = lapi.ApiKey,
            ["Bouncer:Sync:Interval"] = "00:00:01",
        });
        return new DemoCrowdSec(lapi);
    }

    // As `cscli decisions add --scope username --value NAME --type enforce_mfa` does.
    public void Demand(string userName) => _lapi?.Database.Add(userName, TimeSpan.FromHours(1), type: "enforce_mfa", scope: "username");

    public async ValueTask DisposeAsync()
    {
        if (_lapi is not null)
        {
            await _lapi.DisposeAsync();
        }
    }
}
