using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Publishing;

public sealed class PublishedGatewayTests
{
    [Fact]
    public async Task Publish_ForTheInstalledRuntime_StartsFromAnotherFolder()
    {
        var folder = Directory.CreateTempSubdirectory("bouncers-published-");
        try
        {
            await Dotnet.RunAsync(
                RepositoryRoot.Path, "publish", "samples/Yarp.Gateway", "--no-build", "-c", BuiltProgram.Configuration, "-o", folder.FullName);
            await using var gateway = await GatewayProcess.StartAsync(program: Path.Combine(folder.FullName, "Yarp.Gateway.dll"));

            Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync("192.0.2.10"));
            Assert.Equal(HttpStatusCode.OK, await gateway.StatusForAsync("203.0.113.1"));

            // The scopes beyond ip and range come from its own appsettings.json.
            var usernames = await gateway.ReadAsync("/.bouncer/decisions?search=mallory");
            Assert.Equal(1, usernames.GetProperty("matching").GetInt32());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
