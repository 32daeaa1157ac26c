using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Tests.Fakes;

internal sealed class MemoryPlan(Dictionary<Prefix, Block> wanted, Prefix[] gone, Dictionary<Prefix, Block> held, IReadOnlyList<Prefix> allowed) : FirewallPlan
{
    public override int Added { get; } = wanted.Keys.Except(held.Keys).Count();

    public override int Renewed { get; } = wanted.Count(entry => held.TryGetValue(entry.Key, out var block) && block != entry.Value);

    public override int Removed => gone.Length;

    public override bool RewritesRules => false;

    internal IReadOnlyList<Prefix> Allowed => allowed;

    public override IEnumerable<string> Describe() => [.. wanted.Keys.Select(network => $"block {network}"), .. gone.Select(network => $"let through {network}")];

    internal void Apply()
    {
        foreach (var network in gone)
        {
            held.Remove(network);
        }

        foreach (var (network, block) in wanted)
        {
            held[network] = block;
        }
    }
}
