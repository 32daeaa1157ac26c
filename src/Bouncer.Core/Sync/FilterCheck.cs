using Bouncer.Decisions;
using Bouncer.Lapi;
using Bouncer.Lookup;
using Bouncer.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Checks after the first whole list whether the filters match any decision, and each name in them at least one.</summary>
internal sealed class FilterCheck(DecisionStore store, SettingsInUse settings, ILogger<FilterCheck> logger)
{
    private const int MaxNamed = 10;

    internal void Run()
    {
        var sync = settings.Current.Sync;
        var index = store.Index;
        if (index.Count == 0)
        {
            if (SyncFilters.Describe(sync) is { Length: > 0 } filters)
            {
                logger.NothingFiltered(filters);
            }

            return;
        }

        DecisionKind[] kinds = [.. index.Held.Rows.Kinds];
        Look("Scopes", sync.Scopes, name => kinds.Any(kind => kind.Scope == new DecisionScope(name)), kinds.Select(kind => kind.Scope.Name));
        Look("Origins", sync.Origins, name => kinds.Any(kind => IsOrigin(kind.Origin, name)), kinds.Select(kind => kind.Origin));
        Look(
            "ScenariosContaining",
            sync.ScenariosContaining,
            text => kinds.Any(kind => kind.Scenario.Contains(text, StringComparison.OrdinalIgnoreCase)),
            kinds.Select(kind => kind.Scenario));
    }

    private void Look(string key, IList<string>? names, Func<string, bool> isThere, IEnumerable<string> held)
    {
        foreach (var name in names?.Where(name => !string.IsNullOrWhiteSpace(name) && !isThere(name)) ?? [])
        {
            logger.UnusedName(key, name, string.Join(", ", held.Distinct().Order(StringComparer.Ordinal).Take(MaxNamed).Select(LogText.Of)));
        }
    }

    private static bool IsOrigin(string origin, string name) =>
        origin == name || (origin.StartsWith(name, StringComparison.Ordinal) && origin[name.Length] == ':');
}
