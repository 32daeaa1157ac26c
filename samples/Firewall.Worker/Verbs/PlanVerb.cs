namespace Worker.Verbs;

internal static class PlanVerb
{
    public static Task<int> RunAsync(Learning learning, bool full) => learning.UseAsync(
        async (firewall, cancellationToken) =>
        {
            var plan = await firewall.PlanAsync(cancellationToken);
            if (full)
            {
                foreach (var step in plan.Describe())
                {
                    Console.WriteLine(step);
                }
            }

            Console.WriteLine(plan.IsEmpty
                ? $"{firewall.Status.Firewall} holds the decisions: there is nothing to do."
                : $"{firewall.Status.Firewall} would be changed: {Counts.Of(plan)}. Nothing was written.");
            return ExitCode.Ok;
        });
}
