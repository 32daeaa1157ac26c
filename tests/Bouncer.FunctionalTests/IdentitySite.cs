using System.Collections.Concurrent;
using System.Diagnostics;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>An application with ASP.NET Core Identity as its own process, with an empty database.</summary>
internal sealed class IdentitySite : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _database = Path.Combine(Path.GetTempPath(), $"accounts-{Guid.NewGuid():n}.db");
    private readonly string _login;
    private readonly ConcurrentQueue<string> _output = new();

    private IdentitySite(string name, string login, string folder, string environment, params (string Key, string? Value)[] settings)
    {
        _login = login;
        var start = new ProcessStartInfo("dotnet", [BuiltProgram(name)])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_URLS"] = Url;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = environment;
        start.Environment["ConnectionStrings__Accounts"] = $"Data Source={_database}";
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
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

    /// <summary>Starts tests/Identity.Site with its own stand-in for LAPI, and returns when it answers.</summary>
    public static Task<IdentitySite> StartAsync() => AnsweringAsync(new("Identity.Site", "/login", Path.GetTempPath(), "Production"));

    /// <summary>Starts tests/Identity.Site with this LAPI, and returns when it answers.</summary>
    public static Task<IdentitySite> StartAsync(Uri lapi, string key) => AnsweringAsync(new(
        "Identity.Site",
        "/login",
        Path.GetTempPath(),
        "Production",
        ("Bouncer__Lapi__Url", lapi.ToString()),
        ("Bouncer__Lapi__ApiKey", key),
        ("Bouncer__Sync__Interval", "00:00:01")));

    /// <summary>Starts samples/Identity.Mfa as <c>dotnet run</c> does, and returns when it answers.</summary>
    public static Task<IdentitySite> StartSampleAsync() => AnsweringAsync(new(
        "Identity.Mfa",
        "/Identity/Account/Login",
        RepositoryRoot.Combine("samples", "Identity.Mfa"),
        "Development",
        ("Bouncer__Sync__Interval", "00:00:01")));

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

    private static string BuiltProgram(string name) =>
        RepositoryRoot.Combine("artifacts", "bin", name, new DirectoryInfo(AppContext.BaseDirectory).Name, name + ".dll");

    private static async Task<IdentitySite> AnsweringAsync(IdentitySite site)
    {
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            await Eventually.TrueAsync(() => site.AnswersAsync(http), TimeSpan.FromSeconds(60), "the site answers");
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    private async Task<bool> AnswersAsync(HttpClient http)
    {
        Assert.False(_process.HasExited, $"The site ended by itself:\n{Output}");
        try
        {
            using var answer = await http.GetAsync(new Uri(Url + _login));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet: the caller asks again until its deadline.
            return false;
        }
    }
}
