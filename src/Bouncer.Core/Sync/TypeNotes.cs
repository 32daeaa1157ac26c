using System.Collections.Concurrent;
using Bouncer.Decisions;
using Bouncer.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Logs once for each decision type that is treated differently than its name says. Thread-safe.</summary>
internal sealed class TypeNotes(RemediationSeverities severities, ILogger<TypeNotes> logger)
{
    /// <summary>Types are arbitrary texts: a source that invents one for each decision must not fill memory and log.</summary>
    private const int MaxTold = 100;

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.OrdinalIgnoreCase);

    internal void Look(DecisionRows rows)
    {
        foreach (var kind in rows.Kinds)
        {
            Look(kind.Type, kind.Remediation);
        }
    }

    internal void Look(string type, Remediation remediation)
    {
        if ((remediation.IsNone || !severities.IsKnown(remediation)) && _told.Count < MaxTold && _told.TryAdd(type, true))
        {
            if (remediation.IsNone)
            {
                logger.NoRemediation(LogText.Of(type));
            }
            else
            {
                logger.UnknownType(LogText.Of(type), severities.Fallback.Name);
            }
        }
    }
}
