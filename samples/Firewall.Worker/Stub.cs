using Bouncer;
using Bouncer.Firewall;
namespace Microsoft.Extensions.DependencyInjection;
internal static class Stub
{
    public static IBouncerBuilder AddFirewall(this IBouncerBuilder builder) { builder.Services.AddSingleton<IFirewall, StubFirewall>(); return builder; }
}
internal sealed class StubFirewall : IFirewall
{
    public FirewallStatus Status => new() { Firewall = "stub" };
    public Task<FirewallPlan> PlanAsync(CancellationToken cancellationToken = default) => throw new FirewallException(FirewallErrorKind.Missing, "nft is not there.");
    public Task<FirewallPlan> ApplyAsync(CancellationToken cancellationToken = default) => PlanAsync(cancellationToken);
    public Task RemoveAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
}
