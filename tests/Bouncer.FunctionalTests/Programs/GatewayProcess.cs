using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Programs;

/// <summary>The published samples/Yarp.Gateway as its own process on a loopback port, started from a folder that is not its own.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    /// <summary>The setting of an endpoint that is asked by these tests, where a gateway has several.</summary>
    public const string PlainEndpoint = "Kestrel:Endpoints:Plain:Url";

    private readonly RunningProgram _program;
    private readonly HttpClient _http;
    private int _leftOut;

    private GatewayProcess(string program, IReadOnlyDictionary<string, string?> settings)
    {
        Url = settings.GetValueOrDefault(PlainEndpoint) ?? $"http://127.0.0.1:{FreePort.Take()}";
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(Url) };
        _program = new(program, [], new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = Url,
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["StartPage:Enabled"] = "true",
        }.Concat(settings));
    }

    public string Url { get; }

    /// <summary>The link to the start page as it was printed.</summary>
    public string StartPageUrl =>
        _program.Output.Split('\n', StringSplitOptions.TrimEntries).Single(line => line.StartsWith("start page ", StringComparison.Ordinal)).Split(' ')[^1];

    /// <summary>What it printed, errors last.</summary>
    public string Output => $"{_program.Output}\n{_program.Errors}";

    /// <summary>Starts it and returns when it answers.</summary>
    /// <param name="settings">Its settings; null for none.</param>
    /// <param name="program">Another form of it; null for the published one.</param>
    public static async Task<GatewayProcess> StartAsync(IReadOnlyDictionary<string, string?>? settings = null, string? program = null)
    {
        var gateway = new GatewayProcess(program ?? await NativePrograms.GatewayAsync(), settings ?? new Dictionary<string, string?>());
        return await gateway._program.AnsweringAsync(gateway, gateway.AnswersAsync);
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
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(IReadOnlyDictionary<string, string?> settings)
    {
        await using var gateway = new GatewayProcess(await NativePrograms.GatewayAsync(), settings);
        return ((await gateway._program.EndAsync()).ExitCode, gateway.Output);
    }

    /// <summary>Sends a request; once more if a ban ended it, as one does that comes while its client's request is open.</summary>
    public async Task<HttpResponseMessage> GetAsync(string path, string? client = null, string? accept = null)
    {
        try
        {
            return await GetOnceAsync(path, client, accept);
        }
        catch (HttpRequestException error) when (error.InnerException is IOException && client is not null && !_program.HasExited)
        {
            return await GetOnceAsync(path, client, accept);
        }
    }

    private async Task<HttpResponseMessage> GetOnceAsync(string path, string? client, string? accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (client is not null)
        {
            request.Headers.Add("X-Forwarded-For", client);
        }

        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
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
        using var answer = await GetAsync("/hello", client, "application/json");
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
        await _program.DisposeAsync();
        _http.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        if (!_program.Output.Contains("  start page  ", StringComparison.Ordinal))
        {
            return false;
        }

        using var answer = await GetAsync("/hello", "203.0.113.1");
        return answer.StatusCode != HttpStatusCode.ServiceUnavailable;
    }
}
