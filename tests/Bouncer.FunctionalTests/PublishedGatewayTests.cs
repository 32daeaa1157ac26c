using System.Diagnostics;
using System.Net;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

public sealed class PublishedGatewayTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Publish_StartedFromAnotherFolder_IsTheSameProgram()
    {
        var folder = Directory.CreateTempSubdirectory("bouncers-published-");
        try
        {
            await PublishAsync(folder.FullName);
            await using var gateway = await GatewayProcess.StartAsync(program: Path.Combine(folder.FullName, "Yarp.Gateway.dll"));

            Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync("192.0.2.10"));
            Assert.Equal(HttpStatusCode.OK, await gateway.StatusForAsync("203.0.113.1"));
            using var page = await gateway.GetAsync("/.bouncer/");
            Assert.Contains("<title>Bouncer gateway</title>", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);

            // Its own settings came along: the scopes beyond ip and range stand in appsettings.json.
            var usernames = await gateway.ReadAsync("/.bouncer/decisions?search=mallory");
            Assert.Equal(1, usernames.GetProperty("matching").GetInt32());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task PublishAsync(string folder)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet",
            ["publish", RepositoryRoot.Combine("samples", "Yarp.Gateway"), "--no-build", "-c", configuration, "-o", folder, "-nodeReuse:false"])
        {
            RedirectStandardOutput = true,
        })!;
        using var deadline = new CancellationTokenSource(s_deadline);
        var output = await publish.StandardOutput.ReadToEndAsync(deadline.Token);
        await publish.WaitForExitAsync(deadline.Token);
        Assert.True(publish.ExitCode == 0, output);
    }
}
