using System.Collections.Concurrent;
using System.Diagnostics;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>samples/Identity.Mfa as its own process, with an empty database.</summary>
internal sealed class IdentitySample : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _database = Path.Combine(Path.GetTempPath(), $"accounts-{Guid.NewGuid():n}.db");
    private readonly ConcurrentQueue<string> _output = new();

    private IdentitySample(Uri? lapi, string? key)
    {
        var start = new ProcessStartInfo("dotnet", [BuiltProgram])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = Url;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ConnectionStrings__Accounts"] = $"Data Source={_database}";
        if (lapi is not null)
        {
            start.Environment["Bouncer__Lapi__Url"] = lapi.ToString();
            start.Environment["Bouncer__Lapi__ApiKey"] = key;
            start.Environment["Bouncer__Sync__Interval"] = "00:00:01";
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>By name: browsers take localhost for safe.</summary>
    public string Url { get; } = $"http://localhost:{FreePort.Take()}";

    public string Output => string.Join('\n', _output);

    private static string BuiltProgram =>
        RepositoryRoot.Combine("artifacts", "bin", "Identity.Mfa", new DirectoryInfo(AppContext.BaseDirectory).Name, "Identity.Mfa.dll");

    /// <summary>Starts it and returns when it answers.</summary>
    /// <param name="lapi">Null leaves it to its own stand-in.</param>
    /// <param name="key">The key for it.</param>
    public static async Task<IdentitySample> StartAsync(Uri? lapi = null, string? key = null)
    {
        var sample = new IdentitySample(lapi, key);
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            await Eventually.TrueAsync(() => sample.AnswersAsync(http), TimeSpan.FromSeconds(60), "the sample answers");
            return sample;
        }
        catch
        {
            await sample.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        File.Delete(_database);
    }

    private async Task<bool> AnswersAsync(HttpClient http)
    {
        Assert.False(_process.HasExited, $"The sample ended by itself:\n{Output}");
        try
        {
            using var answer = await http.GetAsync(new Uri(Url + "/login"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet: the caller asks again until its deadline.
            return false;
        }
    }
}
