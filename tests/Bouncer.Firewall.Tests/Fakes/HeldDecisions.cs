using System.Diagnostics.CodeAnalysis;
using System.Net;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Fakes;

/// <summary>Decisions held, as plainly as can be: a list that is scanned.</summary>
internal sealed class HeldDecisions(TestClock clock) : IDecisionStore
{
    private readonly List<(Decision Decision, TimeSpan End)> _all = [];

    public int Count => _all.Count;

    internal Decision Add(string network, TimeSpan duration, string type = "ban", string origin = "cscli")
    {
        Assert.True(NetworkText.TryParse(network, out var parsed), network);
        var decision = new Decision
        {
            Scope = parsed.PrefixLength == (parsed.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128) ? DecisionScope.Ip : DecisionScope.Range,
            Value = network,
            Network = parsed,
            Remediation = new Remediation(type),
            Origin = origin,
            ExpiresAt = clock.GetUtcNow() + duration,
            Deadline = Deadlines.In(duration, clock),
        };
        _all.Add((decision, clock.Elapsed + duration));
        return decision;
    }

    internal void Remove(Decision decision) => _all.RemoveAll(held => held.Decision == decision);

    public bool TryFind(IPAddress address, [NotNullWhen(true)] out Decision? decision) => (decision = FindAll(address) is [var first, ..] ? first : null) is not null;

    public IReadOnlyList<Decision> FindAll(IPAddress address) => [.. Enumerate().Where(decision => decision.Network!.Value.Contains(address))];

    public IReadOnlyList<Decision> FindAll(DecisionScope scope, string value) => [];

    public IEnumerable<Decision> Enumerate() => [.. _all.Where(held => held.End > clock.Elapsed).Select(held => held.Decision)];

    public Microsoft.Extensions.Primitives.IChangeToken GetChangeToken() => throw new NotSupportedException();
}
