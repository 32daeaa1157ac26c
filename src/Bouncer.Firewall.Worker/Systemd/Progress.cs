using Bouncer;
using Bouncer.Firewall;

namespace Bouncer.Firewall.Worker.Systemd;

/// <summary>The values that change while the worker works, whether it succeeds or fails. A failure is not a reason for a restart:
/// problems of LAPI or the firewall persist after it, and it would not improve the bans in effect.</summary>
internal readonly record struct Progress(DateTimeOffset? LastSuccess, int Failures)
{
    // Until decisions are known, and in a dry run, only the pulls change; after that, the firewall must.
    public static Progress Of(BouncerStatus bouncer, FirewallStatus firewall) => bouncer.IsReady && !firewall.IsDryRun
        ? new(firewall.LastSuccess, firewall.ConsecutiveFailures)
        : new(bouncer.LastSuccess, bouncer.ConsecutiveFailures);
}
