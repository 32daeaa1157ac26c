namespace Bouncer.Firewall.Worker.Verbs;

internal static class VerifyVerb
{
    public static Task<int> RunAsync(Learning learning) => learning.UseAsync(
        (firewall, cancellationToken) => firewall.PlanAsync(cancellationToken),
        (plan, status) =>
        {
            Console.WriteLine(plan.IsEmpty
                ? $"{status.Firewall} holds the decisions: {Counts.Networks(status.WantedNetworks)} blocked."
                : $"{status.Firewall} does not hold the decisions: {Counts.Of(plan)}. 'apply --once' mends it.");
            return plan.IsEmpty ? ExitCode.Ok : ExitCode.Differs;
        });
}
