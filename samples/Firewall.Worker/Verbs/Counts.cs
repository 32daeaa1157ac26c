using System.Globalization;
using Bouncer.Firewall;

namespace Worker.Verbs;

internal static class Counts
{
    public static string Of(FirewallPlan plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"{plan.Added:N0} networks to block, {plan.Renewed:N0} to block until another time, {plan.Removed:N0} to let through{(plan.RewritesRules ? ", and the rules around them" : "")}");
}
