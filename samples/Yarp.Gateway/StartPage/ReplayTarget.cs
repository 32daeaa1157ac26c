using System.Net;
using System.Net.Sockets;
using Bouncer;

namespace Gateway.StartPage;

// A client to replay a request as, taken from the decisions that are really held.
internal sealed record ReplayTarget(string Label, string As)
{
    private static readonly string[] s_labels =
    [
        "a banned address", "an address in a banned range", "a banned IPv6 address", "an address in an IPv6 range",
        "a visitor asked for a captcha", "a throttled visitor", "a visitor asked for a second factor",
    ];

    // Told apart by their text: there may be a million of them, and this is asked every second.
    public static IEnumerable<ReplayTarget> Choose(IReadOnlyCollection<Decision> decisions, IDecisionStore store)
    {
        var oldest = new Decision?[s_labels.Length];
        foreach (var decision in decisions)
        {
            if (decision.Scope.IsAddress && LabelOf(decision) is { } label)
            {
                ref var known = ref oldest[label];
                known = known is null || decision.Id < known.Id ? decision : known;
            }
        }

        return oldest
            .Zip(s_labels, (decision, label) => decision?.Network is { } network ? new ReplayTarget(label, AddressIn(network).ToString()) : null)
            .Append(Clean(store))
            .OfType<ReplayTarget>();
    }

    private static int? LabelOf(Decision decision) =>
        decision.Remediation == Remediation.Ban ? (decision.Value.Contains(':') ? 2 : 0) + (decision.Value.Contains('/') ? 1 : 0)
        : decision.Remediation == Remediation.Captcha ? 4
        : decision.Remediation == Remediation.Throttle ? 5
        : decision.Remediation == Remediation.Mfa ? 6
        : null;

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
