using Bouncer.Net;

namespace Bouncer.Engine;

/// <summary>The decisions on networks in LAPI's answers about single addresses. Each applies to every other address of its network
/// for which LAPI cannot be queried, so that clients in a banned network gain nothing by changing addresses. Bounded. Thread-safe;
/// readers take no lock.</summary>
internal sealed class KnownNetworks
{
    /// <summary>The maximum number. Only an attacker with addresses in as many banned networks could exceed it.</summary>
    internal const int Most = 1024;

    private readonly Lock _lock = new();
    private volatile Known[] _known = [];

    /// <summary>Records a complete answer about an address: the networks in it apply, and others around the address do not.</summary>
    /// <param name="address">The address of the query.</param>
    /// <param name="answered">All decisions on it.</param>
    /// <param name="until">The timestamp until which they apply without another answer.</param>
    internal void Learn(IpKey address, IReadOnlyList<Decision> answered, long until)
    {
        var networks = Of(answered, until);
        lock (_lock)
        {
            var others = _known.Where(known => !known.Covers(address)).ToArray();
            if (others.Length < _known.Length || answered.Count > 0)
            {
                _known = [.. networks.Concat(others).OrderByDescending(static known => known.Until).Take(Most)];
            }
        }
    }

    /// <summary>Records a partial answer: networks that are not in it still apply.</summary>
    /// <param name="named">The decisions in it.</param>
    /// <param name="until">The timestamp until which they apply without another answer.</param>
    internal void Add(IReadOnlyList<Decision> named, long until)
    {
        lock (_lock)
        {
            var known = Of(named, until).Concat(_known).DistinctBy(static known => (known.Decision.Id, known.Decision.Prefix, known.Decision.Remediation));
            _known = [.. known.OrderByDescending(static known => known.Until).Take(Most)];
        }
    }

    /// <summary>The decisions that cover an address and apply at a time.</summary>
    internal IEnumerable<Known> On(IpKey address, long now) => _known.Where(known => known.Until > now && known.Covers(address));

    private static IEnumerable<Known> Of(IReadOnlyList<Decision> decisions, long until) => decisions
        .Where(static decision => !decision.Prefix!.Value.IsHost)
        .Select(decision => new Known(decision, long.Min(until, decision.Deadline)));

    /// <summary>A decision on a network, and the timestamp until which it applies.</summary>
    internal sealed record Known(Decision Decision, long Until)
    {
        internal bool Covers(IpKey address) => Decision.Prefix!.Value.Contains(address);
    }
}
