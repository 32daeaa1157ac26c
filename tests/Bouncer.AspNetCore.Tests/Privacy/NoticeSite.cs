using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.Privacy;

/// <summary>A real host with nothing but settings, and what its log says about data that leaves the process.</summary>
internal sealed class NoticeSite : IAsyncDisposable
{
    private static readonly int[] Ids = [1205, 1304, 2053, 2067];

    private readonly WebApplication _app;
    private readonly LiveSettings _settings;
    private readonly FakeLogCollector _logs = new();
    private int _read;

    private NoticeSite(LiveSettings settings)
    {
        _settings = settings;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.Sources.Clear();
        ((IConfigurationBuilder)builder.Configuration).Add(settings);
        builder.Logging.ClearProviders().AddCollector(_logs).SetMinimumLevel(LogLevel.Information);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddBouncer();
        _app = builder.Build();
        _app.UseBouncer();
    }

    internal static async Task<NoticeSite> StartAsync(params (string Key, string? Value)[] settings)
    {
        var configuration = new LiveSettings();
        Set(configuration, settings);
        var site = new NoticeSite(configuration);
        await site._app.StartAsync(TestContext.Current.CancellationToken);
        return site;
    }

    /// <summary>Changes settings, and returns the notices that follow.</summary>
    internal string[] Change(params (string Key, string? Value)[] settings)
    {
        TakeNotices();
        var before = Reloads;
        Set(_settings, settings);
        _settings.Reload();
        Assert.True(Reloads > before, "The changed settings are not in force.");
        return TakeNotices();
    }

    /// <summary>The notices since the last call, as <c>id text</c>.</summary>
    internal string[] TakeNotices()
    {
        var lines = _logs.Lines;
        var notices = lines.Skip(_read).Where(line => Ids.Contains(line.Id)).ToArray();
        _read = lines.Length;
        Assert.All(notices, notice => Assert.Equal(LogLevel.Information, notice.Level));
        return [.. notices.Select(notice => $"{notice.Id} {notice.Text}")];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private int Reloads => _logs.Count(1128) + _logs.Count(2011);

    private static void Set(LiveSettings configuration, (string Key, string? Value)[] settings)
    {
        foreach (var (key, value) in settings)
        {
            configuration["Bouncer:" + key] = value;
        }
    }
}
