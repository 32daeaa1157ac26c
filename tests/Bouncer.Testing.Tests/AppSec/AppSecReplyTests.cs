using System.Net;

namespace Bouncer.Testing.Tests.AppSec;

public sealed class AppSecReplyTests
{
    [Fact]
    public async Task Rules_WholeReply_IsWrittenAsGoWritesIt()
    {
        await using var bench = await AppSecBench.StartAsync();
        bench.Server.Rules = _ => new AppSecReply
        {
            Action = "custom",
            HttpStatus = 418,
            Code = 299,
            Body = "<b>\"tea\" & milk</b>",
            Cookies = ["a=1; Path=/", "b=2"],
            Headers = new Dictionary<string, IReadOnlyList<string>> { ["X-B"] = ["1", "2"], ["X-A"] = ["0"], ["Y"] = [] },
        };

        Assert.Equal(
            new AppSecAnswer(
                (HttpStatusCode)299,
                """
                {"action":"custom","http_status":418,"user_body_content":"\u003cb\u003e\"tea\" \u0026 milk\u003c/b\u003e","user_cookies":["a=1; Path=/","b=2"],"user_headers":{"X-A":["0"],"X-B":["1","2"],"Y":[]}}
                """),
            await bench.SendAsync());
        Assert.Equal(299, bench.Last.Status);
    }

    [Theory]
    [InlineData("allow", 200)]
    [InlineData("captcha", 403)]
    [InlineData("whatever", 403)]
    public async Task Code_Null_IsByTheAction(string action, int code)
    {
        await using var bench = await AppSecBench.StartAsync();
        bench.Server.Rules = _ => new AppSecReply { Action = action };

        Assert.Equal(new AppSecAnswer((HttpStatusCode)code, $$"""{"action":"{{action}}","http_status":403}"""), await bench.SendAsync());
    }

    [Fact]
    public async Task Rules_Throw_Is500UntilTheyAreNullAgain()
    {
        await using var bench = await AppSecBench.StartAsync();
        bench.Server.Rules = _ => throw new InvalidOperationException();
        Assert.Equal(HttpStatusCode.InternalServerError, (await bench.SendAsync()).Status);

        bench.Server.Rules = null;

        Assert.Equal(AppSecAnswer.Ban, await bench.SendAsync("/x?x=attack"));
    }

    [Theory]
    [InlineData("/%52pC2", false)]
    [InlineData("/?a=/rpc2", true)]
    [InlineData("/?x=%61ttack", false)]
    [InlineData("/?y=attack", true)]
    [InlineData("/#x=attack", true)]
    public async Task Rules_Null_AreThoseOfTheRecordings(string uri, bool allowed)
    {
        await using var bench = await AppSecBench.StartAsync();

        Assert.Equal(allowed ? AppSecAnswer.Allow : AppSecAnswer.Ban, await bench.SendAsync(uri));
    }
}
