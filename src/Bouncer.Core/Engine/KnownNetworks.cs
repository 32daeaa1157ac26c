using Bouncer.Net;

namespace Bouncer.Engine;

/// <summary>The decisions on networks that LAPI named in its answers about single addresses. Each holds for every other address of
/// its network while LAPI cannot be asked about that one, so that a banned network gains nothing by changing its addresses.
/// Bounded. Safe for any number of threads; readers take no lock.</summary>
internal sealed class KnownNetworks
{
    /// <summary>More are known only to an attacker who has addresses in so many networks that are decided on.</summary>
    internal const int Most = 1024;

    private readonly Lock _lock = new();
    private volatile Known[] _known = [];

    /// <summary>Takes LAPI's newest word about an address: what it names holds, and what it leaves out does not.</summary>
    /// <param name="address">The address that was asked about.</param>
    /// <param name="answered">All of its decisions.</param>
    /// <param name="until">The timestamp to which they hold without another word.</param>
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

    /// <summary>Takes a part of LAPI's word: what it leaves out holds on.</summary>
    /// <param name="named">Decisions that it names.</param>
    /// <param name="until">The timestamp to which they hold without another word.</param>
    internal void Add(IReadOnlyList<Decision> named, long until)
    {
        lock (_lock)
        {
            var known = Of(named, until).Concat(_known).DistinctBy(static known => (known.Decision.Id, known.Decision.Prefix, known.Decision.Remediation));
            _known = [.. known.OrderByDescending(static known => known.Until).Take(Most)];
        }
    }

    /// <summary>The decisions that cover an address and hold at a time.</summary>
    internal IEnumerable<Known> On(IpKey address, long now) => _known.Where(known => known.Until > now && known.Covers(address));

    private static IEnumerable<Known> Of(IReadOnlyList<Decision> decisions, long until) => decisions
        .Where(static decision => !decision.Prefix!.Value.IsHost)
        .Select(decision => new Known(decision, long.Min(until, decision.Deadline)));

    /// <summary>A decision on a network, and the timestamp to which it holds.</summary>
    internal sealed record Known(Decision Decision, long Until)
    {
        internal bool Covers(IpKey address) => Decision.Prefix!.Value.Contains(address);
    }
}
