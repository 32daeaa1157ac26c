namespace Bouncer.Firewall.Worker.Verbs;

internal static class PlanVerb
{
    public static Task<int> RunAsync(Learning learning, bool full) => learning.UseAsync(
        (firewall, cancellationToken) => firewall.PlanAsync(cancellationToken),
        (plan, status) =>
        {
            foreach (var step in full ? plan.Describe() : [])
            {
                Console.WriteLine(step);
            }

            Console.WriteLine(plan.IsEmpty
                ? $"{status.Firewall} holds the decisions: there is nothing to do."
                : $"{status.Firewall} would be changed: {Counts.Of(plan)}. Nothing was written.");
            return ExitCode.Ok;
        });
}
