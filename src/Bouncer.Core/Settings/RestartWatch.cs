using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Bouncer.Settings;

/// <summary>Logs which changed settings take effect at the next start: by their keys, because a value may be secret.</summary>
internal sealed class RestartWatch(IConfiguration section, IEnumerable<AdapterSection> ofAdapters, ILogger<RestartWatch> logger) : IHostedService, IDisposable
{
    private readonly string[] _readOnce = [.. SettingSections.Fixed, .. ofAdapters.Where(one => one.IsReadOnce).Select(one => one.Path).Distinct(StringComparer.OrdinalIgnoreCase)];
    private readonly Lock _lock = new();
    private Dictionary<string, string?> _atStart = [];
    private string _told = "";
    private IDisposable? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _atStart = Read();
        _registration ??= ChangeToken.OnChange(section.GetReloadToken, Tell);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _registration?.Dispose();

    private void Tell()
    {
        lock (_lock)
        {
            var now = Read();
            var changed = string.Join(", ", _atStart.Keys.Union(now.Keys, StringComparer.OrdinalIgnoreCase)
                .Where(key => _atStart.GetValueOrDefault(key) != now.GetValueOrDefault(key))
                .Order(StringComparer.OrdinalIgnoreCase));
            if (changed != _told && changed.Length > 0)
            {
                logger.NeedsRestart(changed);
            }

            _told = changed;
        }
    }

    private Dictionary<string, string?> Read() => _readOnce
        .SelectMany(name => section.GetSection(name).AsEnumerable())
        .Where(entry => entry.Value is not null)
        .ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.OrdinalIgnoreCase);
}
