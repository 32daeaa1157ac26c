using System.Globalization;
using Bouncer.Firewall;

namespace Bouncer.Firewall.Worker.Verbs;

internal static class Counts
{
    public static string Of(FirewallPlan plan)
    {
        var networks = string.Create(CultureInfo.InvariantCulture, $"{plan.Added:N0} to block, {plan.Renewed:N0} to block until another time, {plan.Removed:N0} to let through");
        return plan.RewritesRules ? $"{networks}, and the rules around them" : networks;
    }

    public static string Networks(int count) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? "network" : "networks")}");
}
