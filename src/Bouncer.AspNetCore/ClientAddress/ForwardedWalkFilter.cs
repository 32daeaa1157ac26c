using Bouncer.AspNetCore.ClientAddress;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Puts the walk over forwarded headers before everything else, so that it reads them unmodified.</summary>
/// <remarks>The walk reads settings, so it is created late: a host creates its filters before it validates options.</remarks>
internal sealed class ForwardedWalkFilter(IServiceProvider services) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        services.GetRequiredService<ProxyTrustMonitor>().Take(inFront: true);
        var walk = services.GetRequiredService<ForwardedWalk>();
        var notices = services.GetRequiredService<AddressNotices>();
        app.Use(following => context =>
        {
            walk.Run(context);
            return MayBeForwardedByOthers(context, walk, notices) ? InvokeAndLook(context, following, notices) : following(context);
        });
        next(app);
    };

    private static bool MayBeForwardedByOthers(HttpContext context, ForwardedWalk walk, AddressNotices notices) =>
        walk.Trust.Source == ProxyTrustSource.None && !notices.HasSaidOthers && ForwardedHeadersInspector.HasUnusedEntries(context.Request.Headers);

    private static async Task InvokeAndLook(HttpContext context, RequestDelegate following, AddressNotices notices)
    {
        var before = context.Connection.RemoteIpAddress;
        await following(context);
        if (!Equals(before, context.Connection.RemoteIpAddress))
        {
            notices.FoundByOthers();
        }
    }
}
