using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Programs;

/// <summary>An application with ASP.NET Core Identity as its own process, with an empty database.</summary>
internal sealed class IdentitySite : IAsyncDisposable
{
    private readonly RunningProgram _program;
    private readonly string _database = Path.Combine(Path.GetTempPath(), $"accounts-{Guid.NewGuid():n}.db");
    private readonly string _login;

    private IdentitySite(string name, string login, string folder, string environment, params (string Key, string? Value)[] settings)
    {
        _login = login;
        _program = new(
            BuiltProgram.PathOf(name),
            [],
            new Dictionary<string, string?>
            {
                ["ASPNETCORE_URLS"] = Url,
                ["ASPNETCORE_ENVIRONMENT"] = environment,
                ["ConnectionStrings:Accounts"] = $"Data Source={_database}",
            }.Concat(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))),
            folder);
    }

    /// <summary>By name: browsers take localhost for safe.</summary>
    public string Url { get; } = $"http://localhost:{FreePort.Take()}";

    public string Output => $"{_program.Output}\n{_program.Errors}";

    /// <summary>Starts tests/Identity.Site with its own stand-in for LAPI, and returns when it answers.</summary>
    public static Task<IdentitySite> StartAsync() => AnsweringAsync(new("Identity.Site", "/login", Path.GetTempPath(), "Production"));

    /// <summary>Starts tests/Identity.Site with this LAPI, and returns when it answers.</summary>
    public static Task<IdentitySite> StartAsync(Uri lapi, string key) => AnsweringAsync(new(
        "Identity.Site",
        "/login",
        Path.GetTempPath(),
        "Production",
        ("Bouncer:Lapi:Url", lapi.ToString()),
        ("Bouncer:Lapi:ApiKey", key),
        ("Bouncer:Sync:Interval", "00:00:01")));

    /// <summary>Starts samples/Identity.Mfa as <c>dotnet run</c> does, and returns when it answers.</summary>
    public static Task<IdentitySite> StartSampleAsync() => AnsweringAsync(new(
        "Identity.Mfa",
        "/Identity/Account/Login",
        RepositoryRoot.Combine("samples", "Identity.Mfa"),
        "Development",
        ("Bouncer:Sync:Interval", "00:00:01")));

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        File.Delete(_database);
    }

    private static async Task<IdentitySite> AnsweringAsync(IdentitySite site)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        return await site._program.AnsweringAsync(site, async () =>
        {
            using var answer = await http.GetAsync(new Uri(site.Url + site._login));
            return answer.IsSuccessStatusCode;
        });
    }
}
