using Bouncer.AspNetCore;
using Bouncer.Testing;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Journal.Tests.Writing;

/// <summary>A real application with a journal, behind a proxy that names clients. 192.0.2.1 is banned.</summary>
internal sealed class JournalSite : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journal-site");
    private readonly HttpClient _http = new();
    private LocalApiServer _lapi = null!;
    private WebApplication _app = null!;

    internal FakeLogCollector Log { get; } = new();

    internal IJournal Journal => _app.Services.GetRequiredService<IJournal>();

    internal string File => Path.Combine(_folder.FullName, "journal.db");

    internal static async Task<JournalSite> StartAsync(params (string Key, string? Value)[] settings)
    {
        var site = new JournalSite();
        try
        {
            await site.RunAsync(settings);
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    internal async Task<HttpResponseMessage> SendAsync(string client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _app.Urls.Single());
        request.Headers.Add("X-Forwarded-For", client);
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    internal async Task<JournalEntry[]> FindAsync(string client) =>
        await Journal.FindAsync(System.Net.IPAddress.Parse(client), TestContext.Current.CancellationToken).ToArrayAsync(TestContext.Current.CancellationToken);

    /// <summary>The only entry about a client, once it is there: a refused client has its response before the request is over.</summary>
    internal async Task<JournalEntry> FindOneAsync(string client)
    {
        JournalEntry[] found = [];
        await Eventually.TrueAsync(async () => (found = await FindAsync(client)).Length > 0);
        return Assert.Single(found);
    }

    internal Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    /// <summary>The lines of an event.</summary>
    internal string[] Logged(int id) => [.. Log.GetSnapshot().Where(line => line.Id.Id == id).Select(line => line.Message)];

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        await _lapi.DisposeAsync();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task RunAsync((string Key, string? Value)[] settings)
    {
        _lapi = await LocalApiServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        _lapi.Database.Add("192.0.2.1", TimeSpan.FromHours(4));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Bouncer:Lapi:Url"] = _lapi.Url.ToString(),
            ["Bouncer:Lapi:ApiKey"] = _lapi.ApiKey,
            ["Bouncer:Proxies:Networks:0"] = "127.0.0.1",
            ["Bouncer:Journal:Path"] = File,
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create("Bouncer:" + setting.Key, setting.Value)));
        builder.Logging.ClearProviders().AddProvider(new FakeLoggerProvider(Log));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddBouncer().AddJournal();
        _app = builder.Build();
        _app.UseBouncer();
        _app.MapGet("/", () => "application");
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }
}
