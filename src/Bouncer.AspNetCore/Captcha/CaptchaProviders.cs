using System.Collections.Frozen;
using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Creates the providers: once those that are registered, of which the last one of a name wins, and for each state of
/// the settings those that it names. A service whose settings are unchanged keeps its provider and the provider's
/// health.</summary>
internal sealed class CaptchaProviders : IDisposable
{
    internal const string LocalName = "local";

    private readonly ISiteVerifyApi _api;
    private readonly HttpSettingsProvider _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NamedProvider[] _registered;
    private readonly CancellationTokenSource _stopped = new();

    public CaptchaProviders(
        IEnumerable<CaptchaProviderRegistration> registrations,
        IServiceProvider services,
        ISiteVerifyApi api,
        HttpSettingsProvider settings,
        TimeProvider time,
        ILogger<CaptchaProviders> logger)
    {
        _api = api;
        _settings = settings;
        _time = time;
        _logger = logger;
        _registered = [.. registrations
            .GroupBy(static registered => registered.Name, StringComparer.OrdinalIgnoreCase)
            .Select(group => Name(group.Last().Name, group.Last().Create(services)))];
    }

    /// <summary>Creates all providers of one state of the settings, by name.</summary>
    internal FrozenDictionary<string, NamedProvider> Create(SettingsSource source)
    {
        var before = source.Previous?.Of<CaptchaSettings>().Providers;
        var services = source.Options.Captcha.Providers
            .Select(entry => OfService(entry.Key, SiteVerifySettings.Create(entry.Key, entry.Value, source), before?.GetValueOrDefault(entry.Key)));
        return _registered.Concat(services).ToFrozenDictionary(static provider => provider.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Gives a provider its name, and starts to track its health.</summary>
    internal NamedProvider Name(string name, ICaptchaProvider provider)
    {
        var health = new ProviderHealth(name, provider is IProbedProvider, _time, _logger);
        var probe = provider is IProbedProvider probed ? new ProviderProbe(name, probed, health, _settings, _time, _stopped.Token) : null;
        return new NamedProvider(name, provider, health, probe);
    }

    public void Dispose()
    {
        _stopped.Cancel();
        _stopped.Dispose();
    }

    private NamedProvider OfService(string name, SiteVerifySettings settings, NamedProvider? before) =>
        before?.Provider is SiteVerifyProvider same && same.Settings == settings ? before : Name(name, new SiteVerifyProvider(settings, _api, _time, new SiteHosts(name, _logger)));
}
