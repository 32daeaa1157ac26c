using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Tests.Captcha.SiteVerify;

/// <summary>A captcha service on a loopback port that answers as it is told.</summary>
internal sealed class FakeSiteVerify : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeSiteVerify(WebApplication app) => _app = app;

    internal Func<HttpContext, Task> Answer { get; set; } = static _ => Task.CompletedTask;

    internal ConcurrentQueue<Call> Calls { get; } = [];

    internal Uri Url => new(_app.Urls.Single() + "/siteverify");

    internal static async Task<FakeSiteVerify> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var fake = new FakeSiteVerify(builder.Build());
        fake._app.Run(fake.ServeAsync);
        await fake._app.StartAsync(TestContext.Current.CancellationToken);
        return fake;
    }

    /// <summary>From now on the answer is this.</summary>
    internal void Says(string body, int status = 200, string type = "application/json") => Answer = async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
    };

    /// <summary>Says nothing until the caller is gone.</summary>
    internal static async Task HangAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    /// <summary>The call that is being answered.</summary>
    internal static Call CallOf(HttpContext context) => (Call)context.Items[typeof(Call)]!;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var call = new Call(
            context.Request.Method, context.Request.ContentType ?? "", context.Request.Headers["X-API-Key"].ToString(), await reader.ReadToEndAsync());
        context.Items[typeof(Call)] = call;
        Calls.Enqueue(call);
        await Answer(context);
    }

    internal sealed record Call(string Method, string ContentType, string ApiKey, string Body);
}
