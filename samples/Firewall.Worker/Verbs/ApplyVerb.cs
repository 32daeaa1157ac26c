using System.Globalization;

namespace Worker.Verbs;

internal static class ApplyVerb
{
    public static Task<int> RunAsync(Learning learning) => learning.UseAsync(
        async (firewall, cancellationToken) =>
        {
            var plan = await firewall.ApplyAsync(cancellationToken);
            var status = firewall.Status;
            Console.WriteLine(plan.IsEmpty
                ? $"{status.Firewall} held the decisions already."
                : $"{status.Firewall} was changed: {Counts.Of(plan)}.");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{status.BlockedNetworks:N0} networks are blocked, {status.RefusedNetworks:N0} were refused."));
            return ExitCode.Ok;
        });
}
