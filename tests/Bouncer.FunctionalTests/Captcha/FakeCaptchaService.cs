using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Bouncer.FunctionalTests.Captcha;

/// <summary>A captcha service with widgets that do what the real ones do with the page. A token says for which action and host it
/// was made; the service says so when it is asked.</summary>
internal sealed class FakeCaptchaService : IAsyncDisposable
{
    private const string Turnstile = """
        for (const element of document.querySelectorAll('.cf-turnstile')) {
          element.append(`Imitation of a widget for ${element.dataset.sitekey}`);
          const field = document.createElement('input');
          field.type = 'hidden';
          field.name = 'cf-turnstile-response';
          element.append(field);
          setTimeout(() => { field.value = `token:${element.dataset.action}:${location.hostname}`; });
        }
        """;

    private const string ReCaptchaV3 = """
        const known = new URL(document.currentScript.src).searchParams.get('render');
        window.grecaptcha = {
          ready: then => setTimeout(then),
          execute: (key, { action }) => key === known
            ? Promise.resolve(`token:${action}:${location.hostname}`)
            : Promise.reject(new Error('Invalid site key')),
        };
        """;

    private const string Cap = """
        customElements.define('cap-widget', class extends HTMLElement {
          async connectedCallback() {
            this.innerHTML = '<input type="hidden" name="cap-token">';
            const answer = await fetch(this.dataset.capApiEndpoint + 'challenge', { method: 'POST' });
            this.querySelector('input').value = await answer.text();
          }
        });
        export {};
        """;

    /// <summary>It loads, and never shows anything.</summary>
    private const string Silent = "window.isSilent = true;";

    private const string Mute = "window.grecaptcha = { ready: then => setTimeout(then), execute: () => new Promise(() => {}) };";

    private readonly WebApplication _app;

    private FakeCaptchaService(WebApplication app) => _app = app;

    /// <summary>For which host tokens are said to have been made; null for the right one.</summary>
    internal string? Hostname { get; set; }

    /// <summary>How long ago the tasks are said to have been set.</summary>
    internal TimeSpan Age { get; set; }

    /// <summary>Whether scripts never come.</summary>
    internal bool Hangs { get; set; }

    internal ConcurrentQueue<IFormCollection> Questions { get; } = [];

    /// <summary>Where the server asks.</summary>
    internal string Inside => $"http://127.0.0.1:{PortOf("http")}";

    /// <summary>What the browser sees.</summary>
    internal string Outside => $"https://captcha.test:{PortOf("https")}";

    internal static async Task<FakeCaptchaService> StartAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(CaptchaReplica.Certificate.Value));
        });
        var app = builder.Build();
        var service = new FakeCaptchaService(app);
        app.Use((context, next) =>
        {
            // The header by which tests say who they are makes a browser ask first.
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers.AccessControlAllowHeaders = "*";
            return HttpMethods.IsOptions(context.Request.Method) ? Task.CompletedTask : next(context);
        });
        app.MapGet("/turnstile.js", async (CancellationToken gone) =>
        {
            await Task.Delay(service.Hangs ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, TimeProvider.System, gone);
            return Results.Text(Turnstile, "text/javascript");
        });
        app.MapGet("/silent.js", () => Results.Text(Silent, "text/javascript"));
        app.MapGet("/mute.js", () => Results.Text(Mute, "text/javascript"));
        app.MapGet("/recaptcha.js", () => Results.Text(ReCaptchaV3, "text/javascript"));
        app.MapGet("/cap.js", () => Results.Text(Cap, "text/javascript"));
        app.MapPost("/the-site-key/challenge", () => "token:-:shop.test");
        app.MapPost("/the-site-key/siteverify", (Delegate)service.JudgeAsync);
        await app.StartAsync();
        return service;
    }

    internal Dictionary<string, string?> SettingsFor(string provider, string script) => new()
    {
        ["Bouncer:Http:Captcha:Provider"] = provider,
        [$"Bouncer:Http:Captcha:Providers:{provider}:SiteKey"] = "the-site-key",
        [$"Bouncer:Http:Captcha:Providers:{provider}:SecretKey"] = "the-secret",
        [$"Bouncer:Http:Captcha:Providers:{provider}:Endpoint"] = Inside + "/the-site-key/siteverify",
        [$"Bouncer:Http:Captcha:Providers:{provider}:Script"] = Outside + script,
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private int PortOf(string scheme) => _app.Urls.Select(url => new Uri(url)).Single(url => url.Scheme == scheme).Port;

    private async Task<IResult> JudgeAsync(HttpContext context)
    {
        var question = await context.Request.ReadFormAsync();
        Questions.Enqueue(question);
        return question["secret"] == "the-secret" && question["response"].ToString().Split(':') is ["token", var action, var host]
            ? Results.Json(new { success = true, action, hostname = Hostname ?? host, challenge_ts = TimeProvider.System.GetUtcNow() - Age, score = 0.9 })
            : Results.Json(new { success = false });
    }
}
