using System.Globalization;
using Bouncer.Testing;

namespace Bouncer.Benchmarks.Gateway;

/// <summary>The Local API of the servers under load, in a process of its own: its work is not theirs. <c>serve lapi PORT
/// DECISIONS [TYPE]</c>; with a type, the clients of this machine have a decision of it. Runs until its input ends.</summary>
internal static class DecisionServer
{
    internal const string ApiKey = "benchmark";

    internal static async Task<int> RunAsync(string port, string decisions, string? type)
    {
        var database = BenchmarkDecisions.Create(int.Parse(decisions, CultureInfo.InvariantCulture));
        if (type is not null)
        {
            database.Add("127.0.0.0/8", TimeSpan.FromDays(30), type);
        }

        await using var lapi = await LocalApiServer.StartAsync(new LocalApiOptions
        {
            ApiKey = ApiKey,
            Urls = UrlOf(port),
            Database = database,
        });
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    internal static string UrlOf(string port) => $"http://127.0.0.1:{port}";
}
