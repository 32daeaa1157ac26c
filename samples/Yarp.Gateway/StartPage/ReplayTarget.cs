using System.Net;
using System.Net.Sockets;
using Bouncer;

namespace Gateway.StartPage;

// A client to replay a request as, taken from the decisions that are really held.
internal sealed record ReplayTarget(string Label, string As)
{
    public static IEnumerable<ReplayTarget> Choose(IReadOnlyCollection<Decision> decisions, IDecisionStore store)
    {
        var banned = decisions.Where(decision => decision.Network is not null && decision.Remediation == Remediation.Ban);
        var byKind = banned.ToLookup(decision => (decision.Network!.Value.BaseAddress.AddressFamily, IsOneAddress(decision.Network.Value)));
        ReplayTarget?[] found =
        [
            First("a banned address", AddressFamily.InterNetwork, true),
            First("an address in a banned range", AddressFamily.InterNetwork, false),
            First("a banned IPv6 address", AddressFamily.InterNetworkV6, true),
            First("an address in an IPv6 range", AddressFamily.InterNetworkV6, false),
            Clean(store),
        ];
        return found.OfType<ReplayTarget>();

        ReplayTarget? First(string label, AddressFamily family, bool isOne) =>
            byKind[(family, isOne)].MinBy(decision => decision.Id) is { } decision ? new ReplayTarget(label, AddressIn(decision.Network!.Value).ToString()) : null;
    }

    public static IPAddress AddressIn(IPNetwork network)
    {
        if (IsOneAddress(network))
        {
            return network.BaseAddress;
        }

        var bytes = network.BaseAddress.GetAddressBytes();
        bytes[^1] |= 1;
        return new IPAddress(bytes);
    }

    private static bool IsOneAddress(IPNetwork network) =>
        network.PrefixLength == (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);

    // From the range that documentation may use for anything.
    private static ReplayTarget? Clean(IDecisionStore store) => Enumerable.Range(1, 254)
        .Select(host => new IPAddress([203, 0, 113, (byte)host]))
        .FirstOrDefault(address => !store.TryFind(address, out _)) is { } clean ? new ReplayTarget("a clean visitor", clean.ToString()) : null;
}
