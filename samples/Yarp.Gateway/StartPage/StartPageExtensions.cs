using Bouncer;
using Bouncer.AspNetCore;
using Microsoft.Extensions.Options;

namespace Gateway.StartPage;

internal static class StartPageExtensions
{
    private const string Prefix = "/.bouncer";

    public static IServiceCollection AddStartPage(this IServiceCollection services, StartPageAccess access)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, StartPageJson.Default));
        services.AddSingleton(access);
        services.AddSingleton<LocalOperator>();
        services.AddSingleton<RecentVerdicts>();
        services.AddSingleton<Replayer>();
        services.AddOptions<BouncerHttpOptions>().Configure<RecentVerdicts>((options, verdicts) => options.OnRemediated = verdicts.OnRemediated);
        return services;
    }

    // After UseBouncer: what it refuses does not come here, and what it lets pass in spite of a decision is seen.
    public static WebApplication UseStartPage(this WebApplication app, bool isHome)
    {
        var verdicts = app.Services.GetRequiredService<RecentVerdicts>();
        var operators = app.Services.GetRequiredService<LocalOperator>();
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            verdicts.SeePassing(context);
            if (isHome && context.Request.Path == "/" && operators.Is(context))
            {
                context.Response.Redirect(Prefix + "/");
                return Task.CompletedTask;
            }

            return next(context);
        });

        var page = app.MapGroup(Prefix).AddEndpointFilter<RouteGroupBuilder, LocalOperator>();
        page.MapGet("/", StartPageFiles.Page);
        page.MapGet("/page.css", StartPageFiles.Style);
        page.MapGet("/page.js", StartPageFiles.Script);
        page.MapGet("/status", (IBouncer bouncer, IDecisionStore store, IOptions<BouncerOptions> options, RecentVerdicts seen) =>
            StatusReport.Create(bouncer, store, options, seen));
        page.MapGet("/decisions", (IDecisionStore store, TimeProvider time, string? search, int? limit) =>
            DecisionList.Find(store, time, search, limit));
        page.MapGet("/replay", (Replayer replayer, string? @as, string? path, CancellationToken aborted) =>
            replayer.ReplayAsync(@as, path, aborted));
        page.MapGet("/replays/{id:int}", StartPageFiles.Body);
        page.MapGet("/visit", Visits.Begin);

        // Nothing below the prefix is ever proxied, or an upstream could be asked for what is refused here.
        page.Map("/{**rest}", () => TypedResults.NotFound());
        return app;
    }
}
