namespace Bouncer.Firewall.Worker.Verbs;

internal static class ApplyVerb
{
    public static Task<int> RunAsync(Learning learning) => learning.UseAsync(
        (firewall, cancellationToken) => firewall.ApplyAsync(cancellationToken),
        (plan, status) =>
        {
            Console.WriteLine(plan.IsEmpty
                ? $"{status.Firewall} held the decisions already: {Counts.Networks(status.BlockedNetworks)} blocked."
                : $"{status.Firewall} was changed: {Counts.Of(plan)}. {Counts.Networks(status.BlockedNetworks)} blocked.");
            if (status.RefusedNetworks > 0)
            {
                Console.WriteLine($"It refuses {Counts.Networks(status.RefusedNetworks)}.");
            }

            return ExitCode.Ok;
        });
}
