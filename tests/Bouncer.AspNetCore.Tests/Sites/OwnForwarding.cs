using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.Sites;

/// <summary><c>UseForwardedHeaders</c> with options of its own, which the bouncer cannot see.</summary>
/// <param name="more">Changes the options.</param>
internal sealed class OwnForwarding(Action<ForwardedHeadersOptions>? more = null) : IStartupFilter
{
    internal static ForwardedHeadersOptions Options => new() { ForwardedHeaders = ForwardedHeaders.XForwardedFor };

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        var options = Options;
        more?.Invoke(options);
        app.UseForwardedHeaders(options);
        next(app);
    };

    internal static void AddTo(WebApplicationBuilder builder, FakeLogCollector logs)
    {
        builder.Logging.AddCollector(logs);
        builder.Services.AddSingleton<IStartupFilter, OwnForwarding>();
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.None);
    }
}
