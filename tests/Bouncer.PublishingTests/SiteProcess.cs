using System.Diagnostics;
using System.Net;
using Bouncer.TestUtils;

namespace Bouncer.PublishingTests;

/// <summary>A published web application as its own process, on a loopback port.</summary>
internal sealed class SiteProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_start = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly HttpClient _http;

    private SiteProcess(string program, IReadOnlyDictionary<string, string?> settings)
    {
        var url = $"http://127.0.0.1:{FreePort.Take()}";
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(url) };
        var start = new ProcessStartInfo(program) { WorkingDirectory = Path.GetDirectoryName(program)!, Environment = { ["ASPNETCORE_URLS"] = url } };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        _process = Process.Start(start)!;
    }

    /// <summary>Starts it and returns when it answers.</summary>
    internal static async Task<SiteProcess> StartAsync(string program, IReadOnlyDictionary<string, string?> settings)
    {
        var site = new SiteProcess(program, settings);
        try
        {
            await Eventually.TrueAsync(site.AnswersAsync, s_start, "the program answers");
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>The answer to a visitor of this address.</summary>
    internal async Task<HttpStatusCode> StatusForAsync(string client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Forwarded-For", client } } };
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_process.HasExited, "The program ended by itself.");
        try
        {
            return await StatusForAsync("203.0.113.1") == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // Not listening yet: the caller asks again until its deadline.
            return false;
        }
    }
}
