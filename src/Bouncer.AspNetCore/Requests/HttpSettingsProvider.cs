using System.Collections.Frozen;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.Configuration;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Holds the settings in effect and follows the configuration. Reloads are serialised.</summary>
/// <remarks>Does not use IOptionsMonitor, which throws for every reader after an invalid reload; here the last valid settings stay
/// in effect. They are read at their first use: a host creates its hosted services, and so this one, before it validates
/// options.</remarks>
internal sealed class HttpSettingsProvider : IDisposable
{
    private readonly IOptionsFactory<BouncerHttpOptions> _factory;
    private readonly IOptionsFactory<BouncerOptions> _engine;
    private readonly IEnumerable<IBouncerPolicyResolver> _resolvers;
    private readonly IEnumerable<FeatureSettings> _features;
    private readonly ReloadGuard _guard;
    private readonly IHostEnvironment? _environment;
    private readonly EndpointDataSource? _endpoints;
    private readonly ILogger<HttpSettingsProvider> _logger;
    private readonly HttpSectionChanges[] _sections;
    private readonly IDisposable[] _registrations;
    private readonly Lock _reloading = new();
    private readonly ScopeRegistration[] _scopes;
    private string[] _unused = [];
    private string _read = "";
    private string _used = "";
    private SectionParts _usedParts = new([]);
    private string[] _waiting = [];
    private volatile HttpSettings? _current;

    public HttpSettingsProvider(
        IOptionsFactory<BouncerHttpOptions> factory,
        IOptionsFactory<BouncerOptions> engine,
        IEnumerable<IOptionsChangeTokenSource<BouncerHttpOptions>> changes,
        IEnumerable<IBouncerPolicyResolver> resolvers,
        IEnumerable<FeatureSettings> features,
        IEnumerable<ScopeRegistration> scopes,
        ReloadGuard guard,
        ILogger<HttpSettingsProvider> logger,
        IHostEnvironment? environment = null,
        EndpointDataSource? endpoints = null)
    {
        _endpoints = endpoints;
        _factory = factory;
        _engine = engine;
        _resolvers = resolvers;
        _features = features;
        _scopes = [.. scopes];
        _guard = guard;
        _environment = environment;
        _logger = logger;
        _sections = [.. changes.OfType<HttpSectionChanges>()];
        guard.Add(this, Check);
        _registrations = [.. changes.Select(source => ChangeToken.OnChange(source.GetChangeToken, Reload))];
    }

    /// <summary>The settings in effect. Does not block after the first use.</summary>
    /// <exception cref="OptionsValidationException">They are used for the first time and are invalid.</exception>
    internal HttpSettings Current => _current ?? CreateFirst();

    /// <summary>Raised when new settings take effect.</summary>
    internal event Action? Changed;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private HttpSettings CreateFirst()
    {
        lock (_reloading)
        {
            if (_current is { } made)
            {
                return made;
            }

            var first = Create(previous: null);
            _unused = [.. _scopes.Where(scope => scope.IsOn?.Invoke(first.Options) == false).SelectMany(static scope => scope.Keys)];
            _read = _used = Read();
            _usedParts = ReadParts();
            return _current = first;
        }
    }

    private void Reload()
    {
        lock (_reloading)
        {
            if (_current is not { } before)
            {
                return;
            }

            var now = Read();
            var read = _read;
            var isChanged = now != read;
            _read = now;
            try
            {
                var parts = ReadParts();
                var changed = Recreate(now, parts, before);
                if (!_guard.DoOthersAgree(this))
                {
                    // Not logged as in effect yet: the reload that corrects the rest logs it.
                    _read = read;
                    return;
                }

                _current = changed;
                (_used, _usedParts) = (now, parts);
                Changed?.Invoke();
                if (isChanged)
                {
                    _logger.Reloaded();
                }

                TellOfScopes(changed);
            }
            catch (Exception error)
            {
                _logger.ReloadRefused(error);
            }
        }
    }

    /// <summary>Throws if a reload would refuse the configuration as it is.</summary>
    private void Check()
    {
        lock (_reloading)
        {
            if (_current is { } before)
            {
                Recreate(Read(), ReadParts(), before);
            }
        }
    }

    /// <summary>Logs that a restart is needed to match clients by a scope: its decisions are requested from LAPI from startup on, or
    /// never. Other changes of its settings take effect at once.</summary>
    private void TellOfScopes(HttpSettings changed)
    {
        string[] waiting = [.. _scopes.Where(scope => scope.IsOn?.Invoke(changed.Options) == true).SelectMany(static scope => scope.Keys).Where(IsUnusedAndSet)];
        foreach (var key in waiting.Except(_waiting))
        {
            _logger.NeedsRestart(new SettingErrors(changed.Options, "Http").PathOf(key));
        }

        _waiting = waiting;
    }

    private bool IsUnusedAndSet(string key) => _unused.Contains(key) && _sections.Any(section => section.Has(key));

    private string Read() => string.Join('\n', _sections.Select(section => section.Read(without: _unused)));

    private SectionParts ReadParts() => new(_sections.SelectMany(static section => section.ReadParts()));

    /// <remarks>As at startup, settings with which the application could not start are not applied. A missing section means that
    /// a file is missing, empty or being replaced, and not that all its settings are to be dropped.</remarks>
    private HttpSettings Recreate(string read, SectionParts parts, HttpSettings before)
    {
        _engine.Create(Options.DefaultName);
        var section = new SettingErrors(before.Options).PathOf("Http");
        if (read.AsSpan().IsWhiteSpace() && !_used.AsSpan().IsWhiteSpace())
        {
            throw new InvalidOperationException($"Section {section} is missing from the configuration. To remove it, restart.");
        }

        return _usedParts.LostIn(parts) is { Count: > 0 } lost
            ? throw new InvalidOperationException(
                $"All of {string.Join(" and ", lost.Select(part => $"{section}:{part}"))} disappeared from the configuration at once, as if a file were missing. If this is intended, remove one policy or key after the other, or restart.")
            : Create(before);
    }

    private HttpSettings Create(HttpSettings? previous)
    {
        var options = _factory.Create(Options.DefaultName);
        var site = options.Site;
        var texts = options.Texts is { } folder ? TemplateFile.PathOf(folder, _environment) : null;
        var pages = new PageMaker(PageTexts.Load(texts), new SiteDetails(site.Name, site.ContactUrl, site.ContactEmail, site.PrivacyUrl));
        var source = new SettingsSource(options, pages, _environment, previous);
        return new HttpSettings(
            options,
            new EndpointPolicies(options, _resolvers, previous?.Policies, previous is null ? null : _endpoints?.Endpoints),
            source.RefusalPage,
            _features.ToFrozenDictionary(static feature => feature.Type, feature => feature.Create(source)));
    }
}
