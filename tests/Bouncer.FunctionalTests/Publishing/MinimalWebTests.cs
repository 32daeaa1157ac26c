using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.Testing;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.Publishing;

/// <summary>samples/Minimal.Web compiled ahead of time does what it does otherwise.</summary>
public sealed class MinimalWebTests
{
    [Fact]
    public async Task MinimalWeb_RefusesABannedClient()
    {
        var url = $"http://127.0.0.1:{FreePort.Take()}";
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.10");
        await using var program = new RunningProgram(await NativePrograms.MinimalWebAsync(), [], new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = url,
            ["Bouncer:Lapi:Url"] = lapi.Url.ToString(),
            ["Bouncer:Lapi:ApiKey"] = lapi.ApiKey,
            ["Bouncer:Proxies:Networks:0"] = "loopback",
        });
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });

        await program.AnsweringAsync(program, async () => await StatusForAsync("203.0.113.1") == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusForAsync("192.0.2.10"));

        async Task<HttpStatusCode> StatusForAsync(string client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { { "X-Forwarded-For", client } } };
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
    }
}
