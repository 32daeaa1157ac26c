using Bouncer;
using Bouncer.Firewall;

namespace Bouncer.Firewall.Worker.Systemd;

// What moves while the worker works, whether it succeeds or fails. A failure is no reason to be restarted: what ails LAPI or
// the firewall outlives the process, and the bans in force would gain nothing.
internal readonly record struct Progress(DateTimeOffset? LastSuccess, int Failures)
{
    // Until decisions are known only the pulls move, as in a dry run; from then on it is the firewall that must.
    public static Progress Of(BouncerStatus bouncer, FirewallStatus firewall) => bouncer.IsReady && !firewall.IsDryRun
        ? new(firewall.LastSuccess, firewall.ConsecutiveFailures)
        : new(bouncer.LastSuccess, bouncer.ConsecutiveFailures);
}
