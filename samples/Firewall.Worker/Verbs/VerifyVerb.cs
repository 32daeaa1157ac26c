namespace Worker.Verbs;

internal static class VerifyVerb
{
    public static Task<int> RunAsync(Learning learning) => learning.UseAsync(
        async (firewall, cancellationToken) =>
        {
            var plan = await firewall.PlanAsync(cancellationToken);
            if (plan.IsEmpty)
            {
                Console.WriteLine($"{firewall.Status.Firewall} holds the decisions.");
                return ExitCode.Ok;
            }

            Console.WriteLine($"{firewall.Status.Firewall} does not hold the decisions: {Counts.Of(plan)}. 'apply --once' mends it.");
            return ExitCode.Differs;
        });
}
