namespace Bouncer.FunctionalTests.Proxies;

/// <summary>Real proxies in a row in front of a server.</summary>
internal sealed class ProxyChain : IAsyncDisposable
{
    private readonly Stack<FrontProxy> _proxies = new();

    /// <summary>The one that clients call.</summary>
    internal FrontProxy Front => _proxies.Peek();

    /// <summary>Starts them, the last one first.</summary>
    /// <param name="kinds">The kinds of <see cref="FrontProxy.StartAsync"/>, with a <c>&gt;</c> between them.</param>
    /// <param name="upstream">The server.</param>
    internal static async Task<ProxyChain> StartAsync(string kinds, string upstream)
    {
        var chain = new ProxyChain();
        try
        {
            foreach (var kind in kinds.Split('>').Reverse())
            {
                chain._proxies.Push(await FrontProxy.StartAsync(kind, chain._proxies.TryPeek(out var next) ? next.Url : upstream));
            }

            return chain;
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_proxies.TryPop(out var proxy))
        {
            await proxy.DisposeAsync();
        }
    }
}
