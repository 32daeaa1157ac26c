using System.Globalization;
using LocalApi;

namespace Bouncer.Benchmarks.Gateway;

/// <summary>The Local API of the servers under load, in a process of its own: its work is not theirs. <c>serve lapi PORT
/// DECISIONS</c>; runs until its input ends.</summary>
internal static class DecisionServer
{
    internal const string ApiKey = "benchmark";

    internal static async Task<int> RunAsync(string port, string decisions)
    {
        await using var lapi = await LocalApiServer.StartAsync(new LocalApiOptions
        {
            ApiKey = ApiKey,
            Urls = UrlOf(port),
            Database = BenchmarkDecisions.Create(int.Parse(decisions, CultureInfo.InvariantCulture)),
        });
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    internal static string UrlOf(string port) => $"http://127.0.0.1:{port}";
}
