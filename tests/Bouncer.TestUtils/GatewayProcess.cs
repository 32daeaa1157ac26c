using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Bouncer.TestUtils;

/// <summary>samples/Yarp.Gateway as its own process on a loopback port, started from a folder that is not its own.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_start = TimeSpan.FromSeconds(60);

    /// <summary>The setting of an endpoint that is asked by these tests, where a gateway has several.</summary>
    public const string PlainEndpoint = "Kestrel:Endpoints:Plain:Url";

    private readonly Process _process;
    private int _leftOut;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly HttpClient _http;

    private GatewayProcess(string program, IReadOnlyDictionary<string, string?> settings, string url)
    {
        Url = url;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(url) };
        var start = new ProcessStartInfo(program.EndsWith(".dll", StringComparison.Ordinal) ? "dotnet" : program)
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (start.FileName != program)
        {
            start.ArgumentList.Add(program);
        }

        start.Environment["ASPNETCORE_URLS"] = url;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["StartPage__Enabled"] = "true";
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Url { get; }

    /// <summary>The link to the start page as it was printed.</summary>
    public string StartPageUrl => _output.Select(line => line.Trim()).Single(line => line.StartsWith("start page ", StringComparison.Ordinal)).Split(' ')[^1];

    public string Output => string.Join('\n', _output);

    /// <summary>The program as the build beside these tests left it.</summary>
    public static string BuiltProgram =>
        RepositoryRoot.Combine("artifacts", "bin", "Yarp.Gateway", new DirectoryInfo(AppContext.BaseDirectory).Name, "Yarp.Gateway.dll");

    /// <summary>Starts it and returns when it answers.</summary>
    public static async Task<GatewayProcess> StartAsync(IReadOnlyDictionary<string, string?>? settings = null, string? program = null)
    {
        var gateway = Launch(settings ?? new Dictionary<string, string?>(), program);
        try
        {
            await Eventually.TrueAsync(gateway.AnswersAsync, s_start, "the gateway answers");
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it against a LAPI that is asked every second.</summary>
    public static Task<GatewayProcess> StartAsync(Uri lapi, string key, params (string Key, string? Value)[] more) =>
        StartAsync(SettingsFor(lapi, key, more));

    /// <summary>The settings of a gateway that asks a LAPI every second.</summary>
    public static Dictionary<string, string?> SettingsFor(Uri lapi, string key, params (string Key, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Bouncer:Lapi:Url"] = lapi.ToString(),
            ["Bouncer:Lapi:ApiKey"] = key,
            ["Bouncer:Sync:Interval"] = "00:00:01",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    /// <summary>Starts it where it cannot start, and returns its exit code.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(IReadOnlyDictionary<string, string?> settings, string? program = null)
    {
        await using var gateway = Launch(settings, program);
        using var deadline = new CancellationTokenSource(s_start);
        await gateway._process.WaitForExitAsync(deadline.Token);
        return (gateway._process.ExitCode, gateway.Output);
    }

    /// <summary>Sends a request; once more if a ban ended it, as one does that comes while its client's request is open.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string? client = null)
    {
        try
        {
            return await GetOnceAsync(path, client);
        }
        catch (HttpRequestException error) when (error.InnerException is IOException && client is not null && !_process.HasExited)
        {
            return await GetOnceAsync(path, client);
        }
    }

    private async Task<HttpResponseMessage> GetOnceAsync(string path, string? client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (client is not null)
        {
            request.Headers.Add("X-Forwarded-For", client);
        }

        if (path.StartsWith("/.bouncer/", StringComparison.Ordinal) && StartPageUrl.Split("?token=") is [_, var token])
        {
            request.Headers.Add("Authorization", "Bearer " + token);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>What a visitor of this address gets.</summary>
    public async Task<HttpStatusCode> StatusForAsync(string client)
    {
        using var answer = await GetAsync("/hello", client);
        return answer.StatusCode;
    }

    /// <summary>What becomes of a program at this address: <c>free</c>, <c>ban</c>, <c>captcha</c>, or another status.</summary>
    public async Task<string> OutcomeForAsync(string client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/hello") { Headers = { { "X-Forwarded-For", client }, { "Accept", "application/json" } } };
        using var answer = await _http.SendAsync(request);
        if (answer.StatusCode == HttpStatusCode.OK)
        {
            return "free";
        }

        if (answer.StatusCode != HttpStatusCode.Forbidden)
        {
            return answer.StatusCode.ToString();
        }

        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return problem.TryGetProperty("challenge", out _) ? "captcha" : "ban";
    }

    public async Task<JsonElement> ReadAsync(string path)
    {
        using var answer = await GetAsync(path);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public Task BecomesAsync(string client, HttpStatusCode status, TimeSpan? deadline = null) => deadline is null
        ? WithinOnePollAsync(() => StatusForAsync(client), seen => seen == status, $"{client} gets {status}")
        : Eventually.GetAsync(() => StatusForAsync(client), seen => seen == status, deadline, $"{client} gets {status}");

    /// <summary>Returns when each of these clients got the status once.</summary>
    public async Task AllBecomeAsync(IEnumerable<string> clients, HttpStatusCode status, TimeSpan deadline)
    {
        var open = clients.ToList();
        var all = open.Count;
        await Eventually.GetAsync(
            async () =>
            {
                foreach (var client in open.ToArray())
                {
                    if (await StatusForAsync(client) == status)
                    {
                        open.Remove(client);
                    }
                }

                return $"not for {open.Count}: {string.Join(", ", open.Take(10))}";
            },
            _ => open.Count == 0,
            deadline,
            $"{all} clients get {status}");
    }

    /// <summary>Reads until a value is as it should be after one poll. CrowdSec may leave one change out of its deltas; two in
    /// one test are the gateway's fault.</summary>
    public async Task<T> WithinOnePollAsync<T>(Func<Task<T>> read, Func<T, bool> accept, string what)
    {
        var watch = Stopwatch.StartNew();
        var value = await Eventually.GetAsync(read, accept, Polls.UntilFullList, what);
        if (watch.Elapsed > Polls.One)
        {
            Assert.True(++_leftOut < 2, $"Not so within one poll, for the second time: {what}");
        }

        return value;
    }

    public Task<JsonElement> StatusBecomesAsync(Func<JsonElement, bool> accept, TimeSpan? deadline = null, string what = "the status is as expected") =>
        Eventually.GetAsync(() => ReadAsync("/.bouncer/status"), accept, deadline ?? Polls.Several, what);

    /// <summary>Returns when a pull that began after this call is done: the second one to end from now.</summary>
    public async Task NextPollAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            var last = (await ReadAsync("/.bouncer/status")).GetProperty("lastSuccess").GetDateTimeOffset();
            await StatusBecomesAsync(status => status.GetProperty("lastSuccess").GetDateTimeOffset() > last, what: "another pull is done");
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
        _http.Dispose();
    }

    private static GatewayProcess Launch(IReadOnlyDictionary<string, string?> settings, string? program) =>
        new(program ?? BuiltProgram, settings, settings.GetValueOrDefault(PlainEndpoint) ?? $"http://127.0.0.1:{FreePort.Take()}");

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_process.HasExited, $"The gateway ended by itself:\n{Output}");
        if (!Output.Contains("  start page  ", StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            using var answer = await GetAsync("/hello", "203.0.113.1");
            return answer.StatusCode != HttpStatusCode.ServiceUnavailable;
        }
        catch (HttpRequestException)
        {
            // Not listening yet: the caller asks again until its deadline.
            return false;
        }
    }
}
