using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.TestUtils.MaxMind;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.OpenConnections;

/// <summary>Open connections of clients that are known by more than their address, and in live mode.</summary>
public sealed class OpenScopesTests
{
    /// <summary>No decision on a user was held when the streams began.</summary>
    [Theory]
    [InlineData("websocket/1")]
    [InlineData("websocket/2")]
    [InlineData("events/1")]
    [InlineData("grpc/2")]
    public async Task UserBanned_TheUsersStreamsEnd(string kind)
    {
        await using var site = await StartAsync();
        await using var alice = await OpenAsync(site, kind, "alice");
        await using var bob = await OpenAsync(site, kind, "bob");

        await site.BanAsync("alice", scope: "username");

        await alice.EndsAsync();
        await bob.GoesOnAsync();
    }

    /// <summary>No decision on a country was held when the streams began.</summary>
    [Theory]
    [InlineData("websocket/1")]
    [InlineData("events/2")]
    public async Task CountryBanned_ItsStreamsEnd(string kind)
    {
        var database = Path.GetTempFileName();
        try
        {
            new MaxMindFile().Add($"{OpenSite.Client}/32", MaxMindFile.Country("DE")).Add($"{OpenSite.Neighbour}/32", MaxMindFile.Country("FR")).Save(database);
            await using var site = await OpenSite.StartAsync(settings: ("Bouncer:Http:Geo:CountryDatabase", database));
            await using var german = await OpenStream.OpenAsync(site, kind, OpenSite.Client);
            await using var french = await OpenStream.OpenAsync(site, kind, OpenSite.Neighbour);

            await site.BanAsync("DE", scope: "country");

            await german.EndsAsync();
            await french.GoesOnAsync();
        }
        finally
        {
            File.Delete(database);
        }
    }

    [Theory]
    [InlineData(true, "text/event-stream")]
    [InlineData(true, "*/*", "text/event-stream")]
    [InlineData(true, "text/event-stream", "*/*")]
    [InlineData(true, "text/html, Text/Event-Stream;q=0.5")]
    [InlineData(false, "*/*")]
    [InlineData(false)]
    public void OpensStream_AcceptInAnyLine_Says(bool expected, params string[] lines)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Request.Headers.Accept = lines;
        Assert.Equal(expected, RequestKind.OpensStream(context));
    }

    /// <summary>The request does not say that it will last, but the user had to be known already.</summary>
    [Fact]
    public async Task UserBanned_DecisionsOnUsersWereHeld_EndsWhatDoesNotLookLikeAStream()
    {
        await using var site = await StartAsync();
        await site.BanAsync("mallory", scope: "username");
        await using var alice = await OpenAsync(site, "lines/1", "alice");
        await using var bob = await OpenAsync(site, "lines/1", "bob");

        await site.BanAsync("alice", scope: "username");

        await alice.EndsAsync();
        await bob.GoesOnAsync();
    }

    /// <summary>Not more often, however short answers are kept.</summary>
    [Theory]
    [InlineData(60, 60)]
    [InlineData(1, 10)]
    public async Task LiveMode_LooksAgainWhenAnswersAreAskedForAgain(int kept, int pause)
    {
        var clock = new TestClock();
        var aborted = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        await using var site = await TestSite.StartAsync(
            state: EngineState.Live,
            configure: builder => builder.Services.AddSingleton<TimeProvider>(clock).Configure<BouncerOptions>(options => options.Live.CacheDuration = TimeSpan.FromSeconds(kept)),
            pipeline: app =>
            {
                TestSite.DefaultPipeline(app);
                app.Run(async context =>
                {
                    using var registration = context.RequestAborted.Register(aborted.SetResult);
                    begun.SetResult();
                    await aborted.Task;
                });
            });
        var answer = site.GetAsync("/", TestSite.Clean);
        await begun.Task;
        await Eventually.TrueAsync(() => clock.IsArmedIn(TimeSpan.FromSeconds(pause)));
        await site.BanAsync(TestSite.Clean);
        clock.Advance(TimeSpan.FromSeconds(pause - 1));
        Assert.False(aborted.Task.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(1));

        await aborted.Task.WaitAsync(Eventually.DefaultDeadline);
        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
        Assert.True(clock.IsArmedIn(TimeSpan.FromSeconds(pause)));
    }

    private static Task<OpenSite> StartAsync() => OpenSite.StartAsync(
        configure: builder => HeaderAuthentication.Add(builder.Services),
        settings: ("Bouncer:Http:Mfa:UserNameClaim", "name"));

    private static Task<OpenStream> OpenAsync(OpenSite site, string kind, string user) =>
        OpenStream.OpenAsync(site, kind, OpenSite.Client, header: (HeaderAuthentication.Header, user));
}
