using System.Net;
using Bouncer.Firewall.Protection;

namespace Bouncer.Firewall.Tests.Fakes;

internal sealed class FakeNetworkView : INetworkView
{
    public event Action? Changed;

    internal string[] Gateways { get; set; } = ["192.0.2.1"];

    internal string[] Addresses { get; set; } = ["198.51.100.8"];

    internal Exception? GatewayFault { get; set; }

    internal Exception? ResolveFault { get; set; }

    /// <summary>What lookups end with in place of the addresses, whenever that is; to cancel them has no effect.</summary>
    internal TaskCompletionSource<IPAddress[]>? Answer { get; set; }

    internal Uri? Proxy { get; set; }

    internal string? Asked { get; private set; }

    internal int Lookups { get; private set; }

    internal void Change() => Changed?.Invoke();

    public IEnumerable<IPAddress> FindGateways() => GatewayFault is { } fault ? throw fault : Gateways.Select(IPAddress.Parse);

    public Uri? FindProxy(Uri url) => Proxy;

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        Asked = host;
        Lookups++;
        if (Answer is { } answer)
        {
            return answer.Task;
        }

        return ResolveFault is { } fault ? Task.FromException<IPAddress[]>(fault) : Task.FromResult<IPAddress[]>([.. Addresses.Select(IPAddress.Parse)]);
    }
}
