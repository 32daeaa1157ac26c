using System.Net;
using Bouncer.Lapi;
using Bouncer.Tests.Lapi.Wire;
using Microsoft.AspNetCore.Http;

namespace Bouncer.Tests.Lapi;

/// <summary>What CrowdSec 1.7.8 answered on a real machine, and the older dialect of 1.4.6, over HTTP as they send it.</summary>
public class RecordedAnswerTests
{
    [Theory]
    [InlineData("""{"new": [], "deleted": []}""", "", "")]
    [InlineData(
        """{"new": [{"duration":"59m59s","id":1,"origin":"cscli","scenario":"manual-test","scope":"Ip","type":"ban","uuid":"cae93203-7ce6-4641-99f3-4aff16620daf","value":"192.0.2.10"},{"duration":"29m59s","id":2,"origin":"cscli","scenario":"manual 'captcha' from 'machine1'","scope":"Range","type":"captcha","uuid":"e7ff6f41-e60d-4f3b-afb7-2dc45aa57efb","value":"198.51.100.0/24"},{"duration":"9m59s","id":3,"origin":"cscli","scenario":"manual 'ban' from 'machine1'","scope":"Ip","type":"ban","uuid":"a13b2d80-de16-451f-be0a-e09bde73c1f7","value":"2001:db8::1"},{"duration":"9m59s","id":4,"origin":"cscli","scenario":"manual 'ban' from 'machine1'","scope":"Range","type":"ban","uuid":"972aa193-31e3-4aeb-be78-86b8f85f1a66","value":"2001:db8:1::/48"},{"duration":"9m59s","id":5,"origin":"cscli","scenario":"manual 'captcha' from 'machine1'","scope":"Country","type":"captcha","uuid":"5ebb2d11-8441-41bc-a8aa-d341b231b57d","value":"FR"},{"duration":"9m59s","id":6,"origin":"cscli","scenario":"manual 'ban' from 'machine1'","scope":"AS","type":"ban","uuid":"0ab7cc91-cf2c-4692-abce-ded50c1821e2","value":"64500"}], "deleted": []}""",
        "1 ip 192.0.2.10 ban; 2 range 198.51.100.0/24 captcha; 3 ip 2001:db8::1 ban; 4 range 2001:db8:1::/48 ban; 5 country FR captcha; 6 as 64500 ban",
        "")]
    [InlineData(
        """{"new": [], "deleted": [{"duration":"0s","id":1,"origin":"cscli","scenario":"manual-test","scope":"Ip","type":"ban","uuid":"cae93203-7ce6-4641-99f3-4aff16620daf","value":"192.0.2.10"}]}""",
        "",
        "1")]
    [InlineData(
        """{"new": [{"duration":"2h0m0s","id":14,"origin":"cscli","scenario":"long","scope":"Ip","type":"ban","uuid":"1691f989-1416-4e6c-82b2-de479e608638","value":"192.0.2.20"},{"duration":"30m0s","id":15,"origin":"cscli","scenario":"cap","scope":"Ip","type":"captcha","uuid":"9edd34e8-b805-4a06-9e80-dd207b140595","value":"192.0.2.20"}], "deleted": [{"duration":"-1m6s","id":8,"origin":"cscli","scenario":"manual 'ban' from 'machine1'","scope":"Range","type":"ban","uuid":"9afb4691-f7e4-4a37-8a34-668dc5acc901","value":"203.0.113.0/24"}]}""",
        "14 ip 192.0.2.20 ban; 15 ip 192.0.2.20 captcha",
        "8")]
    [InlineData(
        """{"new": [], "deleted": [{"duration":"-5s","id":16,"origin":"cscli","scenario":"twoseconds","scope":"Ip","type":"ban","uuid":"80dd3efb-8ab5-438d-9253-dded4c0193b5","value":"192.0.2.21"}]}""",
        "",
        "16")]
    [InlineData(
        // After cscli allowlists add rig 192.0.2.77 203.0.113.5: the ban on the range around an address is deleted as well.
        """{"new": [], "deleted": [{"duration":"0s","id":7,"origin":"cscli","scenario":"manual 'ban' from 'machine1'","scope":"Ip","type":"ban","uuid":"d3c702c5-bd44-4475-a7fa-5eade4670c61","value":"192.0.2.77"},{"duration":"0s","id":8,"origin":"cscli","scenario":"manual 'ban' from 'machine1'","scope":"Range","type":"ban","uuid":"9afb4691-f7e4-4a37-8a34-668dc5acc901","value":"203.0.113.0/24"}]}""",
        "",
        "7; 8")]
    public async Task PullAsync_NewestDialect_IsReadWhole(string body, string added, string deleted)
    {
        await using var lapi = await FakeLapi.StartAsync(async context =>
        {
            context.Response.ContentType = "application/json";
            foreach (var piece in body.Chunk(100))
            {
                await context.Response.WriteAsync(new string(piece));
                await context.Response.Body.FlushAsync();
            }
        });

        var answer = await LapiClients.PullAsync(lapi.Url);

        Assert.Equal(added, Describe(answer.Added.ToDecisions()));
        Assert.Equal(deleted, string.Join("; ", answer.Deleted));
        Assert.Equal(0, answer.Unusable.Count);
    }

    [Theory]
    [InlineData("""{"deleted":null,"new":null}""", "", "")]
    [InlineData(
        """{"deleted":[{"duration":"-18897h25m52.833721413s","id":3,"origin":"cscli","scenario":"manual 'ban' from 'm'","scope":"Ip","type":"ban","value":"192.0.2.1"}],"new":null}""",
        "",
        "3")]
    [InlineData(
        """{"deleted":null,"new":[{"duration":"3h59m57.641708614s","id":9,"origin":"crowdsec","scenario":"crowdsecurity/ssh-bf","scope":"Ip","type":"ban","value":"192.0.2.9"}]}""",
        "9 ip 192.0.2.9 ban",
        "")]
    public async Task PullAsync_OldDialect_IsReadWhole(string body, string added, string deleted)
    {
        await using var lapi = await FakeLapi.StartAsync(context =>
        {
            context.Response.ContentLength = body.Length;
            return context.Response.WriteAsync(body);
        });

        var answer = await LapiClients.PullAsync(lapi.Url);

        Assert.Equal(added, Describe(answer.Added.ToDecisions()));
        Assert.Equal(deleted, string.Join("; ", answer.Deleted));
        Assert.Equal(0, answer.Unusable.Count);
    }

    [Theory]
    [InlineData("null", "")]
    [InlineData("[]", "")]
    [InlineData("""[{"duration":"29m59s","id":2,"origin":"cscli","scenario":"manual 'captcha' from 'machine1'","scope":"Range","type":"captcha","value":"198.51.100.0/24"}]""", "2 range 198.51.100.0/24 captcha")]
    [InlineData(
        """[{"duration":"30m0s","id":15,"origin":"cscli","scenario":"cap","scope":"Ip","type":"captcha","value":"192.0.2.20"},{"duration":"1h0m0s","id":13,"origin":"cscli","scenario":"short","scope":"Ip","type":"ban","value":"192.0.2.20"},{"duration":"2h0m0s","id":14,"origin":"cscli","scenario":"long","scope":"Ip","type":"ban","value":"192.0.2.20"}]""",
        "15 ip 192.0.2.20 captcha; 13 ip 192.0.2.20 ban; 14 ip 192.0.2.20 ban")]
    public async Task QueryAsync_LiveAnswer_IsReadWhole(string body, string decisions)
    {
        await using var lapi = await FakeLapi.StartAsync(body);

        var answer = await LapiClients.Create(lapi.Url).QueryAsync(IPAddress.Parse("192.0.2.20"), TestContext.Current.CancellationToken);

        Assert.Equal(decisions, Describe(answer.Decisions));
    }

    [Fact]
    public async Task QueryAsync_NoIp_IsStatusWithoutLapisText()
    {
        await using var lapi = await FakeLapi.StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            return context.Response.WriteAsync("""{"message":"unable to convert 'notanip' to int: invalid ip address 'notanip': invalid ip address / range"}""");
        });

        var exception = await LapiClients.FailAsync(lapi.Url);

        Assert.Equal(LapiErrorKind.Internal, exception.Kind);
        Assert.DoesNotContain("notanip", exception.ToString(), StringComparison.Ordinal);
    }

    private static string Describe(IReadOnlyList<Decision> decisions) =>
        string.Join("; ", decisions.Select(decision => $"{decision.Id} {decision.Scope} {decision.Value} {decision.Remediation}"));
}
