using Bouncer.Testing;

var configuration = new ConfigurationBuilder()
    .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
    .AddEnvironmentVariables()
    .AddCommandLine(args)
    .Build();
var options = configuration.GetSection("LocalApi").Get<LocalApiOptions>() ?? new LocalApiOptions();
options.Urls = configuration["urls"] ?? configuration["ASPNETCORE_URLS"] ?? "http://127.0.0.1:8080";

await using var server = await LocalApiServer.StartAsync(options);
Console.WriteLine($"LocalApi is a sample and a test part, not a CrowdSec: it answers like one ({options.Dialect}) from memory.");
Console.WriteLine($"Listening on {server.Url}");
Console.WriteLine($"Bouncer key: {server.ApiKey}");
Console.WriteLine($"Add a decision: curl -H 'Content-Type: application/json' -d '{{\"value\":\"192.0.2.1\"}}' {server.Url}manage/decisions");
await server.WaitForShutdownAsync();
