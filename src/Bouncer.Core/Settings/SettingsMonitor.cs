using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.Settings;

/// <summary>The settings in effect. Follows the configuration: valid settings replace those in effect in one step; invalid ones
/// change nothing and are logged. Reloads run one after the other. Thread-safe.</summary>
/// <remarks>The framework's own monitor throws for every reader after an invalid reload. Settings that are only read at the start
/// keep their values; <see cref="RestartWatch"/> logs that.</remarks>
internal sealed class SettingsMonitor : IOptionsMonitor<BouncerOptions>, IDisposable
{
    private readonly IOptions<BouncerOptions> _atStart;
    private readonly IOptionsFactory<BouncerOptions> _factory;
    private readonly ILogger<SettingsMonitor> _logger;
    private readonly IDisposable[] _registrations;
    private readonly Lock _reloading = new();
    private volatile BouncerOptions? _current;
    private Action<BouncerOptions, string?>? _listeners;
    private string? _refused;

    public SettingsMonitor(
        IOptions<BouncerOptions> atStart,
        IOptionsFactory<BouncerOptions> factory,
        IEnumerable<IOptionsChangeTokenSource<BouncerOptions>> changes,
        ILogger<SettingsMonitor> logger)
    {
        (_atStart, _factory, _logger) = (atStart, factory, logger);
        _registrations = [.. changes.Select(source => ChangeToken.OnChange(source.GetChangeToken, Reload))];
    }

    /// <summary>The settings in effect. The object is replaced and never changed.</summary>
    /// <exception cref="OptionsValidationException">The settings are read for the first time and are not valid.</exception>
    public BouncerOptions CurrentValue => _current ?? ReadFirst();

    public BouncerOptions Get(string? name) => CurrentValue;

    /// <summary>Registers a listener that is called each time other settings take effect.</summary>
    public IDisposable OnChange(Action<BouncerOptions, string?> listener)
    {
        lock (_reloading)
        {
            _listeners += listener;
        }

        return new Registration(this, listener);
    }

    public void Dispose() => Array.ForEach(_registrations, static registration => registration.Dispose());

    private BouncerOptions ReadFirst()
    {
        lock (_reloading)
        {
            return _current ??= _atStart.Value;
        }
    }

    private void Reload()
    {
        lock (_reloading)
        {
            // Before the first use there is nothing to replace.
            if (_current is { } before && Read(before) is { } read && SettingSections.FindChanged(before, read) is { Count: > 0 } changed)
            {
                _current = read;
                _listeners?.Invoke(read, Options.DefaultName);
                _logger.SettingsReloaded(string.Join(", ", changed));
            }
        }
    }

    /// <summary>Reads the configuration as at the start; null if it is not valid.</summary>
    private BouncerOptions? Read(BouncerOptions before)
    {
        try
        {
            var read = _factory.Create(Options.DefaultName);
            SettingSections.KeepFixed(read, before);
            _refused = null;
            return read;
        }
        catch (Exception error)
        {
            var (cause, errors) = error is OptionsValidationException invalid
                ? (null, string.Concat(invalid.Failures.Select(static failure => "\n- " + failure)))
                : (error, error.Message);

            // Each source of the configuration reports the same reload, so the same errors are logged once.
            if (errors != _refused)
            {
                _refused = errors;
                _logger.ReloadRefused(cause, errors);
            }

            return null;
        }
    }

    private sealed class Registration(SettingsMonitor monitor, Action<BouncerOptions, string?> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (monitor._reloading)
            {
                monitor._listeners -= listener;
            }
        }
    }
}
