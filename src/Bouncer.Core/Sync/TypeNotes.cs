using System.Collections.Concurrent;
using Bouncer.Decisions;
using Bouncer.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Says once of each type of decisions what becomes of it, where that is not what its name says. Safe for any number of
/// threads.</summary>
internal sealed class TypeNotes(RemediationSeverities severities, ILogger<TypeNotes> logger)
{
    /// <summary>Types are free texts: what makes up a new one for each decision is not to fill memory and log.</summary>
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
