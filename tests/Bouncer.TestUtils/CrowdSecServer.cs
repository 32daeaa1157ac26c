using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Bouncer.TestUtils.Networks;

namespace Bouncer.TestUtils;

/// <summary>
/// A real CrowdSec 1.4.6 Local API on a loopback port, with a folder and a database of its own. It makes no outgoing connections.
/// Skips the running test when the package is not unpacked (see <see cref="RequiredPart"/>). Not thread-safe.
/// </summary>
public sealed partial class CrowdSecServer : IAsyncDisposable
{
    /// <summary>The key of the bouncer named <c>test</c>.</summary>
    public const string ApiKey = "0123456789abcdef0123456789abcdef";

    private const string Machine = "test-machine";
    private const string MachinePassword = "not-a-secret-only-on-loopback";

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(30);

    private readonly string _package;
    private readonly CrowdSecFolder _folder;
    private readonly NetworkNamespace? _network;
    private readonly HttpClient _http;
    private Process? _process;

    private CrowdSecServer(string package, int port, NetworkNamespace? network, CrowdSecTls? tls)
    {
        _package = package;
        _folder = new CrowdSecFolder(package, port, tls);
        _network = network;
        Url = new Uri($"{(tls is null ? "http" : "https")}://127.0.0.1:{port}/");
        _http = new HttpClient(network?.CreateHttpHandler() ?? HandlerFor(tls)) { BaseAddress = Url, Timeout = s_deadline };

        // A machine's login is refused without a name and a version.
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("crowdsec/1.4.6");
    }

    /// <summary>Where it listens, also after it was stopped and started.</summary>
    public Uri Url { get; }

    /// <summary>What it logged.</summary>
    public string Logs => _folder.ReadLogs();

    /// <summary>Starts one with a machine and the bouncer <c>test</c>, and returns when it answers.</summary>
    /// <param name="network">Where its loopback is; null for the machine's own.</param>
    /// <param name="tls">Its TLS; null for none.</param>
    public static async Task<CrowdSecServer> StartAsync(NetworkNamespace? network = null, CrowdSecTls? tls = null)
    {
        var server = new CrowdSecServer(RequiredPart.CrowdSec.PathOrSkip(), FreePort.Take(), network, tls);
        try
        {
            await server.RegisterAsync();
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the program, after <see cref="StopAsync"/>, on the same port with the same database.</summary>
    public async Task StartAgainAsync()
    {
        Assert.Null(_process);
        _process = Start("crowdsec", "-no-cs");

        // Drained, because a full pipe would stop the program, and not shared, because it would outlive a killed test run.
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.TrueAsync(IsUpAsync, s_deadline, "CrowdSec answers /health");
    }

    /// <summary>Ends the program: connections are refused. The database stays.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Loses the database: every decision and every last pull is gone. The machine and the bouncer's key are created again.</summary>
    public async Task WipeDatabaseAsync()
    {
        var wasRunning = _process is not null;
        await StopAsync();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(_folder.Database)!, Path.GetFileName(_folder.Database) + "*"))
        {
            File.Delete(file);
        }

        await RegisterAsync();
        if (wasRunning)
        {
            await StartAgainAsync();
        }
    }

    /// <summary>Runs cscli and returns its standard output; fails the test, with its messages, when it does not succeed.</summary>
    public Task<string> RunCscliAsync(params string[] arguments) => RunCscliAsync(s_deadline, arguments);

    /// <inheritdoc cref="RunCscliAsync(string[])" />
    public async Task<string> RunCscliAsync(TimeSpan limit, params string[] arguments)
    {
        var (exitCode, output, errors) = await TryCscliAsync(limit, arguments);
        Assert.True(exitCode == 0, $"cscli {string.Join(' ', arguments)} ended with {exitCode}: {errors}");
        return output;
    }

    /// <summary>Runs cscli and returns how it ended.</summary>
    public async Task<ProgramResult> TryCscliAsync(TimeSpan limit, params string[] arguments)
    {
        using var cscli = Start("cscli", arguments);
        return await ProgramResult.OfAsync(cscli, limit);
    }

    /// <summary>Runs <c>cscli decisions add</c>.</summary>
    /// <remarks>CrowdSec 1.4.6 answers that its database is locked when it writes a bouncer's last pull at this very moment, and then
    /// may leave a decision without an alert: that is removed, and the command run again.</remarks>
    /// <param name="value">An address, a range, or what <paramref name="scope"/> names.</param>
    /// <param name="duration">Such as 4h, 30m, 2s.</param>
    /// <param name="type">The remediation.</param>
    /// <param name="scope">Null tells ip from range by the value's slash.</param>
    /// <param name="reason">The scenario; null takes cscli's own.</param>
    public async Task AddDecisionAsync(string value, string duration = "4h", string type = "ban", string? scope = null, string? reason = null)
    {
        scope ??= value.Contains('/', StringComparison.Ordinal) ? "range" : "ip";
        string[] why = reason is null ? [] : ["--reason", reason];
        string[] command = ["decisions", "add", "--scope", scope, "--value", value, "--duration", duration, "--type", type, .. why];
        for (var tries = 0; tries < 4; tries++)
        {
            var result = await TryCscliAsync(s_deadline, command);
            if (result.ExitCode == 0)
            {
                return;
            }

            if (!result.Errors.Contains("database is locked", StringComparison.Ordinal))
            {
                break;
            }

            await SqlAsync("DELETE FROM decisions WHERE alert_decisions IS NULL");
        }

        await RunCscliAsync(command);
    }

    /// <summary>Runs <c>cscli decisions delete</c> for one value.</summary>
    public Task DeleteDecisionsAsync(string value, string? type = null)
    {
        string[] onlyType = type is null ? [] : ["--type", type];
        return RunCscliAsync(["decisions", "delete", "--value", value, .. onlyType]);
    }

    /// <summary>Runs <c>cscli decisions delete --id</c>.</summary>
    public Task DeleteDecisionAsync(long id) =>
        RunCscliAsync("decisions", "delete", "--id", id.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Runs <c>cscli decisions delete --all</c>.</summary>
    public Task DeleteAllDecisionsAsync() => RunCscliAsync("decisions", "delete", "--all");

    /// <summary>Runs <c>cscli bouncers add</c>.</summary>
    public Task AddBouncerAsync(string name, string key) => RunCscliAsync("bouncers", "add", name, "--key", key);

    /// <summary>Pushes an alert with one decision, as a log processor does: the way to any origin and to simulated decisions.</summary>
    public async Task PushDecisionAsync(
        string value,
        string duration = "4h",
        string type = "ban",
        string scope = "Ip",
        string origin = "crowdsec",
        string scenario = "test/pushed",
        bool simulated = false)
    {
        using var login = await _http.PostAsJsonAsync(
            "v1/watchers/login", new { machine_id = Machine, password = MachinePassword, scenarios = Array.Empty<string>() });
        Assert.True(login.IsSuccessStatusCode, $"{(int)login.StatusCode} {await login.Content.ReadAsStringAsync()}");
        using var session = await login.Content.ReadFromJsonAsync<JsonDocument>();
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/alerts");
        request.Headers.Authorization = new("Bearer", session!.RootElement.GetProperty("token").GetString());
        request.Content = JsonContent.Create(new[]
        {
            new
            {
                scenario, scenario_hash = "", scenario_version = "", message = "", events_count = 1, start_at = now, stop_at = now,
                capacity = 0, leakspeed = "0", simulated, events = Array.Empty<object>(), remediation = true,
                source = new { scope, value },
                decisions = new[] { new { duration, type, scope, value, origin, scenario, simulated } },
            },
        });
        using var answer = await _http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private static SocketsHttpHandler HandlerFor(CrowdSecTls? tls)
    {
        var handler = new SocketsHttpHandler();
        if (tls is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(tls.Authority) },
                RevocationMode = X509RevocationMode.NoCheck,
            };
            handler.SslOptions.ClientCertificates = tls.Required is null ? null : [tls.Required];
        }

        return handler;
    }

    private async Task RegisterAsync()
    {
        await RunCscliAsync("machines", "add", Machine, "--password", MachinePassword, "--url", Url.GetLeftPart(UriPartial.Authority));
        await AddBouncerAsync("test", ApiKey);
    }

    private async Task<bool> IsUpAsync()
    {
        Assert.False(_process!.HasExited, $"CrowdSec ended by itself:\n{Logs}");
        try
        {
            using var answer = await _http.GetAsync(new Uri("health", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet: the caller asks again until its deadline.
            return false;
        }
    }

    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(_package, "usr", "bin", program), ["-c", _folder.Config, .. arguments])
        {
            WorkingDirectory = _folder.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return _network?.Start(start) ?? Process.Start(start)!;
    }
}
