using Bouncer.AspNetCore.Tests.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpsPolicy;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.FileProviders;

namespace Bouncer.AspNetCore.Tests.Hosting;

/// <summary>Pipelines in which requests pass the bouncer by, and ordinary ones in which something is answered before it all the
/// same.</summary>
internal static class PassByPipelines
{
    private const string File = "/Bouncer.AspNetCore.Tests.deps.json";

    /// <summary>What <c>/page</c> is answered by never meets the bouncer.</summary>
    internal static readonly Dictionary<string, Action<WebApplication>> Bad = new()
    {
        ["behind the endpoints"] = app => BehindAn(app, () => Results.Text("hello")),
        ["behind an endpoint: redirects"] = app => BehindAn(app, () => Results.Redirect("/login")),
        ["behind an endpoint: refuses"] = app => BehindAn(app, () => Results.Unauthorized()),
        ["behind an endpoint: not found"] = app => BehindAn(app, () => Results.NotFound()),
        ["behind an endpoint: fails"] = app => BehindAn(app, () => Results.StatusCode(500)),
        ["behind an endpoint: throws"] = app => BehindAn(app, () => throw new InvalidOperationException("as asked")),
        ["in a branch"] = app =>
        {
            InABranch(app);
            app.MapGet("/page", () => "hello");
        },
        ["in a branch, the endpoint is not found"] = app =>
        {
            InABranch(app);
            app.MapGet("/page", () => Results.NotFound());
        },
        ["in a branch, the endpoint fails"] = app =>
        {
            InABranch(app);
            app.MapGet("/page", () => Results.StatusCode(500));
        },
        ["in a branch, the endpoint throws"] = app =>
        {
            InABranch(app);
            app.MapGet("/page", string () => throw new InvalidOperationException("as asked"));
        },
        ["in a branch, the endpoint throws and an error page answers"] = app =>
        {
            app.UseExceptionHandler(error => error.Run(Hello));
            InABranch(app);
            app.MapGet("/page", string () => throw new InvalidOperationException("as asked"));
        },
        ["in a branch, the endpoint is gone"] = app =>
        {
            InABranch(app);
            app.MapGet("/page", () => Results.StatusCode(410));
        },
        ["in a branch, the endpoint answers as a file does"] = app =>
        {
            InABranch(app);
            app.MapGet("/page", (HttpContext context) => HelloWithAsync(context, ("ETag", "\"1\""), ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")));
        },
        ["in a branch, without endpoints"] = app =>
        {
            InABranch(app);
            app.Run(Hello);
        },
        ["in a branch, with another endpoint"] = app =>
        {
            InABranch(app);
            app.UseRouting();
            app.MapGet("/other", () => "other");
            ((IApplicationBuilder)app).UseEndpoints(static _ => { });
            app.Run(Hello);
        },
        ["under a condition"] = app =>
        {
            app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), branch => branch.UseBouncer());
            app.MapGet("/page", () => "hello");
        },
        ["in a pipeline that is never built"] = app =>
        {
            ((IApplicationBuilder)app).New().UseBouncer();
            app.MapGet("/page", () => "hello");
        },
        ["behind a branch that answers"] = app =>
        {
            app.Map("/page", branch => branch.Run(Hello));
            app.UseBouncer();
            app.MapGet("/", () => "hello");
        },
        ["behind a branch with endpoints"] = app =>
        {
            app.Map("/page", branch => branch.UseRouting().UseEndpoints(endpoints => endpoints.MapGet("/", () => Results.NotFound())));
            app.UseBouncer();
            app.MapGet("/", () => "hello");
        },
        ["behind middleware that answers"] = app =>
        {
            app.Use((context, next) => context.Request.Path == "/page" ? Hello(context) : next(context));
            app.UseBouncer();
            app.MapGet("/", () => "hello");
        },
        ["behind middleware that sends an ETag"] = app => BehindMiddleware(app, ("ETag", "\"1\"")),
        ["behind middleware that sends a date"] = app => BehindMiddleware(app, ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")),
        ["behind middleware that forbids caching"] = app => BehindMiddleware(app, ("Cache-Control", "no-store, no-cache"), ("Pragma", "no-cache")),
        ["behind middleware that has expired"] = app => BehindMiddleware(app, ("Pragma", "no-cache"), ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT")),
        ["behind middleware that is not to be kept"] = app => BehindMiddleware(app, ("Cache-Control", "no-store, no-cache"), ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT")),
        ["beside an endpoint that is short-circuited"] = app => BesideAShortCircuit(app, () => Results.Text("hello")),
        ["beside an endpoint that is short-circuited: refuses"] = app => BesideAShortCircuit(app, () => Results.Unauthorized()),
        ["beside an endpoint that is short-circuited: not found"] = app => BesideAShortCircuit(app, () => Results.NotFound()),
        ["beside an endpoint that is short-circuited: redirects"] = app => BesideAShortCircuit(app, () => Results.Redirect("/login")),
        ["beside an endpoint that is short-circuited: unavailable"] = app => BesideAShortCircuit(app, () => Results.StatusCode(503)),
        ["beside an endpoint that is short-circuited: throws"] = app => BesideAShortCircuit(app, () => throw new InvalidOperationException("as asked")),
        ["beside an endpoint that is short-circuited with a status"] = app =>
        {
            app.UseBouncer();
            app.MapGet("/page", (HttpContext _) => Task.CompletedTask).ShortCircuit(404);
        },
        ["behind an endpoint that refuses, with a branch that has a bouncer in front"] = app =>
        {
            InABranch(app);
            BehindAn(app, () => Results.Unauthorized());
        },
        ["behind a branch with endpoints, with a branch that has a bouncer in front"] = app =>
        {
            InABranch(app);
            app.Map("/page", branch => branch.UseRouting().UseEndpoints(endpoints => endpoints.MapGet("/", () => Results.NotFound())));
            app.UseBouncer();
            app.MapGet("/", () => "hello");
        },
        ["behind endpoints of a branch that has a bouncer only after them"] = app =>
        {
            app.Map("/page", branch => branch.UseRouting().UseEndpoints(endpoints => endpoints.MapGet("/", () => Results.NotFound())).UseBouncer());
            app.UseBouncer();
            app.MapGet("/", () => "hello");
        },
    };

    /// <summary>What is asked for is answered before the bouncer or by it, and nothing is wrong with that.</summary>
    internal static readonly Dictionary<string, (Action<WebApplication> Build, string[] Paths)> Sound = new()
    {
        ["health checks in front, without endpoints"] = (
            app =>
            {
                app.UseHealthChecks("/healthz");
                app.UseBouncer();
                app.Run(Hello);
            },
            ["/healthz", "/page"]),
        ["health checks in front that may be cached"] = (
            app =>
            {
                app.UseHealthChecks("/healthz", new HealthCheckOptions { AllowCachingResponses = true });
                app.UseBouncer();
                app.Run(Hello);
            },
            ["/healthz", "/page"]),
        ["health checks in front that check nothing"] = (
            app =>
            {
                app.UseHealthChecks("/alive", new HealthCheckOptions { Predicate = _ => false });
                app.UseBouncer();
                app.Run(Hello);
            },
            ["/alive", "/page"]),
        ["health checks that are short-circuited"] = (
            app =>
            {
                app.UseBouncer();
                app.MapHealthChecks("/healthz").ShortCircuit();
                app.MapGet("/page", () => "hello");
            },
            ["/healthz", "/page"]),
        ["health checks before the bouncer"] = (
            app =>
            {
                app.UseRouting();
                app.MapHealthChecks("/healthz");
                ((IApplicationBuilder)app).UseEndpoints(static _ => { });
                app.UseBouncer();
                app.Run(Hello);
            },
            ["/healthz", "/page"]),
        ["a page in front that asks how the application is"] = (
            app =>
            {
                app.Map("/alive", branch => branch.Run(async context =>
                {
                    var report = await context.RequestServices.GetRequiredService<HealthCheckService>().CheckHealthAsync(context.RequestAborted);
                    await context.Response.WriteAsync(report.Status.ToString());
                }));
                app.UseBouncer();
                app.Run(Hello);
            },
            ["/alive", "/page"]),
        ["static assets before the bouncer"] = (
            app =>
            {
                app.UseRouting();
                app.MapGet("/site.css", () => "a { }").WithMetadata(new StaticAssetDescriptor { Route = "site.css", AssetPath = "site.css" });
                ((IApplicationBuilder)app).UseEndpoints(static _ => { });
                app.UseBouncer();
                app.Run(Hello);
            },
            ["/site.css", "/page"]),
        ["a bouncer in a branch, beside what refuses and fails"] = (
            app =>
            {
                InABranch(app);
                app.Map("/fails", branch => branch.Run(context =>
                {
                    context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                    return Task.CompletedTask;
                }));
                app.MapGet("/page", () => Results.StatusCode(503));
            },
            ["/page", "/nowhere", "/fails"]),
        ["files in front, without endpoints"] = (
            app =>
            {
                app.UseStaticFiles(Files());
                app.UseBouncer();
                app.Run(Hello);
            },
            [File, "/page"]),
        ["files in front, with endpoints"] = (
            app =>
            {
                app.UseStaticFiles(Files());
                app.UseRouting();
                app.UseBouncer();
                app.MapGet("/page", () => "hello");
            },
            [File, "/page", "/nowhere"]),
        ["a bouncer for all but files"] = (
            app =>
            {
                app.UseWhen(context => context.Request.Path != File, branch => branch.UseBouncer());
                app.UseStaticFiles(Files());
                app.MapGet("/page", () => "hello");
            },
            [File, "/page", "/nowhere"]),
        ["redirects to https"] = (
            app =>
            {
                app.UseHsts();
                app.UseHttpsRedirection();
                app.UseBouncer();
                app.MapGet("/page", () => "hello");
            },
            ["/page", "/nowhere"]),
        ["authorization in front"] = (
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.UseBouncer();
                app.MapGet("/page", () => "hello").RequireAuthorization();
            },
            ["/page", "/nowhere"]),
        ["preflights in front"] = (
            app =>
            {
                app.UseCors(policy => policy.AllowAnyOrigin().AllowAnyMethod());
                app.UseBouncer();
                app.MapPost("/page", () => "hello");
            },
            ["preflight /page", "preflight /nowhere"]),
        ["a cache in front"] = (
            app =>
            {
                app.UseResponseCaching();
                app.UseBouncer();
                app.MapGet("/page", (HttpContext context) =>
                {
                    context.Response.Headers.CacheControl = "public, max-age=600";
                    return "hello";
                });
            },
            ["/page"]),
        ["error pages"] = (
            app =>
            {
                app.UseExceptionHandler("/error");
                app.UseStatusCodePagesWithReExecute("/error");
                app.UseBouncer();
                app.MapGet("/throw", string () => throw new InvalidOperationException("as asked"));
                app.MapGet("/error", () => "something went wrong");
            },
            ["/throw", "/nowhere", "/error"]),
        ["an error page without an endpoint"] = (
            app =>
            {
                app.UseExceptionHandler(error => error.Run(Hello));
                app.UseStatusCodePages();
                app.UseBouncer();
                app.MapGet("/throw", string () => throw new InvalidOperationException("as asked"));
            },
            ["/throw", "/nowhere"]),
        ["the developer's error page"] = (
            app =>
            {
                app.UseDeveloperExceptionPage();
                app.UseBouncer();
                app.MapGet("/throw", string () => throw new InvalidOperationException("as asked"));
            },
            ["/throw", "/nowhere"]),
        ["middleware in front that fails"] = (
            app =>
            {
                app.Map("/throw", branch => branch.Run(_ => throw new InvalidOperationException("as asked")));
                app.UseBouncer();
                app.Run(Hello);
            },
            ["/throw", "/page"]),
        ["a welcome page"] = (
            app =>
            {
                app.UseBouncer();
                app.UseWelcomePage("/welcome");
            },
            ["/welcome", "/nowhere"]),
        ["exempt endpoints that are short-circuited"] = (
            app =>
            {
                app.UseBouncer();
                app.MapGet("/open", () => "open").BypassBouncer().ShortCircuit();
                app.MapShortCircuit(404, "favicon.ico");
            },
            ["/open", "/favicon.ico"]),
        ["short-circuits that only have a status"] = (
            app =>
            {
                app.UseBouncer();
                app.MapShortCircuit(404, "favicon.ico");
                app.MapShortCircuit(204, "nothing");
                app.MapGet("/page", () => "hello");
            },
            ["/favicon.ico", "/nothing", "/page"]),
        ["short-circuits behind the bouncer"] = (
            app =>
            {
                app.UseBouncer();
                app.UseRouting();
                app.MapGet("/page", () => Results.NotFound()).ShortCircuit();
            },
            ["/page"]),
        ["exempt endpoints before the bouncer"] = (
            app =>
            {
                app.UseRouting();
                app.MapGet("/open", () => "open").BypassBouncer();
                ((IApplicationBuilder)app).UseEndpoints(static _ => { });
                app.UseBouncer();
                app.Run(Hello);
            },
            ["/open", "/page"]),
        ["a branch with a bouncer and endpoints of its own"] = (
            app =>
            {
                app.Map("/own", branch => branch.UseBouncer().UseRouting().UseEndpoints(endpoints => endpoints.MapGet("/", () => Results.NotFound())));
                app.UseBouncer();
                app.MapGet("/page", () => "hello");
            },
            ["/own", "/page"]),
        ["a branch with a bouncer and endpoints in branches of its own"] = (
            app =>
            {
                app.Map("/own", branch => branch.UseBouncer().UseBouncer().Map("/leaf", leaf => leaf.UseRouting().UseEndpoints(endpoints => endpoints.MapGet("/", () => Results.NotFound()))));
                app.UseBouncer();
                app.MapGet("/page", () => "hello");
            },
            ["/own/leaf", "/page"]),
        ["three bouncers"] = (
            app =>
            {
                app.UseBouncer();
                app.UseWhen(_ => true, branch => branch.UseBouncer());
                app.UseRouting();
                app.UseBouncer();
                app.MapGet("/page", () => "hello");
            },
            ["/page", "/nowhere"]),
    };

    /// <summary>What the pipelines need.</summary>
    internal static void AddServices(IServiceCollection services)
    {
        HeaderAuthentication.Add(services);
        services.AddAuthorization();
        services.AddCors();
        services.AddResponseCaching();
        services.AddProblemDetails();
        services.Configure<HttpsRedirectionOptions>(options => options.HttpsPort = 443);
    }

    private static void BehindAn(WebApplication app, Func<IResult> answer)
    {
        app.UseRouting();
        app.MapGet("/page", answer);
        ((IApplicationBuilder)app).UseEndpoints(static _ => { });
        app.UseBouncer();
    }

    private static void BesideAShortCircuit(WebApplication app, Func<IResult> answer)
    {
        app.UseBouncer();
        app.MapGet("/page", answer).ShortCircuit();
    }

    private static void BehindMiddleware(WebApplication app, params (string Name, string Value)[] headers)
    {
        app.Use((context, next) => context.Request.Path == "/page" ? HelloWithAsync(context, headers) : next(context));
        app.UseBouncer();
        app.MapGet("/", () => "hello");
    }

    private static void InABranch(WebApplication app) => app.Map("/admin", branch =>
    {
        branch.UseBouncer();
        branch.Run(Hello);
    });

    private static Task Hello(HttpContext context) => context.Response.WriteAsync("hello");

    private static Task HelloWithAsync(HttpContext context, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            context.Response.Headers[name] = value;
        }

        return Hello(context);
    }

    private static StaticFileOptions Files() => new() { FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory) };
}
