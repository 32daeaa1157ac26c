using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.Configuration;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Holds the trust in effect, follows the configuration, and keeps the framework's middleware from a second
/// walk.</summary>
internal sealed class ProxyTrustMonitor : IDisposable
{
    private readonly IOptionsFactory<ProxyOptions> _factory;
    private readonly IOptionsFactory<BouncerOptions> _engine;
    private readonly KnownProxies _known;
    private readonly AddressNotices _notices;
    private readonly ReloadGuard _guard;
    private readonly ILogger<ProxyTrustMonitor> _logger;
    private readonly IDisposable[] _registrations;
    private readonly Lock _gate = new();
    private readonly Lock _reloading = new();
    private volatile ProxyTrust _current;
    private string _read;
    private bool _isTaken;
    private bool _saidBehind;
    private bool _saidSymmetry;

    public ProxyTrustMonitor(
        IOptionsFactory<ProxyOptions> factory,
        IOptionsFactory<BouncerOptions> engine,
        IEnumerable<IOptionsChangeTokenSource<ProxyOptions>> changes,
        KnownProxies known,
        AddressNotices notices,
        ReloadGuard guard,
        ILogger<ProxyTrustMonitor> logger)
    {
        _factory = factory;
        _engine = engine;
        _known = known;
        _notices = notices;
        _guard = guard;
        _logger = logger;
        (_current, _read, _) = Create();
        guard.Add(this, () => Recreate());
        _registrations = [.. changes.Select(source => ChangeToken.OnChange(source.GetChangeToken, Reload))];
    }

    internal ProxyTrust Current => _current;

    /// <summary>Called after the settings were read again.</summary>
    internal Action? OnChanged { get; set; }

    /// <summary>Whether the walk comes before everything else in the pipeline, and not at <c>UseBouncer</c>.</summary>
    internal bool IsInFront { get; private set; }

    /// <summary>Whether the walk applies scheme, host and path base, and not the framework's middleware before it.</summary>
    internal bool AppliesNames(ProxyTrust trust) => IsInFront || trust.Source == ProxyTrustSource.Settings || trust.MaxHops != 1;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    /// <summary>Takes the walk over from the framework's middleware.</summary>
    /// <param name="inFront">Whether the walk comes before everything else; true once set.</param>
    internal void Take(bool inFront)
    {
        lock (_gate)
        {
            IsInFront |= inFront;
            _isTaken = true;
            Switch();
        }
    }

    private void Reload()
    {
        lock (_reloading)
        {
            try
            {
                var (changed, read) = Recreate();
                if (_guard.DoOthersAgree(this))
                {
                    Use(changed, read);
                    OnChanged?.Invoke();
                }
            }
            catch (Exception error)
            {
                _logger.ReloadRefused(error);
            }
        }
    }

    private void Use(ProxyTrust changed, string read)
    {
        lock (_gate)
        {
            _current = changed;
            if (_isTaken)
            {
                Switch();
            }

            if (read != _read)
            {
                _read = read;
                _logger.ProxiesReloaded();
                _notices.Forget();
            }
        }
    }

    /// <remarks>As at startup, settings with which the application could not start are not applied.</remarks>
    private (ProxyTrust Trust, string Read) Recreate()
    {
        _engine.Create(Options.DefaultName);
        var (changed, read, key) = Create();
        return _current.Source == ProxyTrustSource.Settings && changed.Source != ProxyTrustSource.Settings
            ? throw new InvalidOperationException(
                $"{key} is missing from the configuration. To trust no proxy, write an empty list; to remove the setting, restart.")
            : (changed, read);
    }

    private void Switch()
    {
        _known.Leave(Kept());
        if (!IsInFront && _current.Source == ProxyTrustSource.Framework && !_saidBehind)
        {
            _saidBehind = true;
            _logger.ForwardedForTakenOver();
        }

        if (_current.Source == ProxyTrustSource.Framework && _known.WantSymmetry && !_saidSymmetry)
        {
            _saidSymmetry = true;
            _logger.SymmetryNotUsed();
        }
    }

    // If the walk comes later, a redirect may come before it and needs the scheme and the host. Without X-Forwarded-For the
    // framework's middleware uses as many entries as its limit allows, so it keeps them only if that is one.
    private ForwardedHeaders Kept() => _current.Source switch
    {
        ProxyTrustSource.None => ForwardedHeaders.All,
        ProxyTrustSource.Framework when !AppliesNames(_current) => ForwardedHeaders.All & ~ForwardedHeaders.XForwardedFor,
        _ => ForwardedHeaders.None,
    };

    /// <returns>The trust; the text of the settings, for comparison; and the path of the networks.</returns>
    private (ProxyTrust Trust, string Read, string Key) Create()
    {
        var options = _factory.Create(Options.DefaultName);
        var trust = options.Networks is { } networks ? Read(options, networks)
            : _known.AreUsed ? _known.Trust
            : ProxyTrust.NoProxy;
        var listed = options.Networks is { } named ? string.Join(' ', named) : "(none)";
        return (trust, $"{listed}|{options.MaxHops}|{options.Header}|{options.ForwardHost}", new SettingErrors(options, "Proxies").PathOf("Networks"));
    }

    private static ProxyTrust Read(ProxyOptions options, IList<string> texts)
    {
        var networks = texts.SelectMany(text => ProxyNetworks.Find(text) ?? []).ToArray();
        return new ProxyTrust
        {
            Source = ProxyTrustSource.Settings,
            Networks = networks,
            TrustsEveryPeer = networks.Where(static network => network.PrefixLength == 0).Distinct().Count() == 2,
            UnixSockets = texts.Contains(ProxyNetworks.Unix, StringComparer.OrdinalIgnoreCase),
            MaxHops = options.MaxHops,
            For = options.Header,
            HasOneAddress = !options.Header.EndsWith("Forwarded-For", StringComparison.OrdinalIgnoreCase),
            Proto = ForwardedHeadersDefaults.XForwardedProtoHeaderName,
            Host = options.ForwardHost ? ForwardedHeadersDefaults.XForwardedHostHeaderName : null,
        };
    }
}
