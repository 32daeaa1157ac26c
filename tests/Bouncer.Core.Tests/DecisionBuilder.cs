using Bouncer.Net;
using Bouncer.TestUtils;

namespace Bouncer.Tests;

/// <summary>Makes decisions as the wire mapper does, with deadlines by a test clock.</summary>
internal sealed class DecisionBuilder(TestClock clock)
{
    internal Decision Make(string value, string type = "ban", TimeSpan? lasts = null, long id = 0, string? scope = null, string origin = "cscli", string scenario = "test")
    {
        var isAddress = IpParser.TryParsePrefix(value, out var prefix) && scope is null or "ip" or "range";
        var duration = lasts ?? TimeSpan.FromHours(4);
        return new Decision
        {
            Id = id,
            Origin = origin,
            Scenario = scenario,
            Scope = new DecisionScope(scope ?? (prefix.IsHost ? "ip" : "range")),
            Value = value,
            Prefix = isAddress ? prefix : null,
            Type = type,
            Remediation = new Remediation(type),
            ExpiresAt = clock.GetUtcNow() + duration,
            Deadline = clock.GetTimestamp() + (long)(duration.TotalSeconds * clock.TimestampFrequency),
        };
    }
}
