using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Geo;

internal static class GeoFeature
{
    internal static void AddGeo(this IServiceCollection services)
    {
        services.AddSingleton<GeoFiles>();
        services.AddSingleton<GeoNotices>();
        services.AddSingleton<IValidateOptions<BouncerHttpOptions>, GeoOptionsValidator>();
        services.AddSingleton(static provider =>
        {
            var files = provider.GetRequiredService<GeoFiles>();
            return FeatureSettings.Of(source => GeoSettings.Create(source, files));
        });
        services.AddSingleton<IHostedService>(static provider => new GeoWatch(
            new Lazy<HttpSettingsProvider>(provider.GetRequiredService<HttpSettingsProvider>), provider.GetRequiredService<GeoFiles>(), provider.GetRequiredService<TimeProvider>()));
        services.AddBouncerHealthCheck<GeoHealthCheck>("bouncer-geo");
        services.AddScope(GeoKind.Country);
        services.AddScope(GeoKind.AS);
    }

    private static void AddScope(this IServiceCollection services, GeoKind kind)
    {
        services.AddSingleton<IClientScope>(provider => ActivatorUtilities.CreateInstance<GeoClientScope>(provider, kind));
        services.AddSingleton(new ScopeRegistration(kind.Scope, provider => ActivatorUtilities.CreateInstance<GeoSource>(provider, kind))
        {
            IsOn = options => kind.DatabaseIn(options.Geo) is not null || kind.HeaderIn(options.Geo) is not null,
            Keys = [kind.Keys.Database, kind.Keys.Header],
        });
    }
}
