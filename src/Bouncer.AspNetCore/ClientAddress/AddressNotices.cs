using System.Net;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Counts what is doubtful about clients' addresses, and logs each kind once, without an address.</summary>
internal sealed class AddressNotices(BouncerHttpMetrics metrics, ILogger<AddressNotices> logger)
{
    private int _said;
    private volatile bool _ignoresProxy;
    private volatile bool _hasMetOthers;
    private volatile ProxyTally _proxies = new();
    private volatile ProxyTally _machine = new();

    /// <summary>A sender of forwarded headers that is not believed.</summary>
    internal void Stranger(HttpContext context)
    {
        metrics.AddressIssue(AddressIssue.ForwardedByStranger);
        if (context.Connection.RemoteIpAddress is { } sender && !PrivateAddress.Is(sender))
        {
            if (IsFirst(Kind.Public))
            {
                logger.ForwardedByStranger();
            }
        }
        else if (ProxyProtocolFeature.Of(context) is null)
        {
            Neighbour();
        }
        else
        {
            SayNeighbour();
        }
    }

    /// <summary>A neighbour that names clients and is not believed: a proxy, most likely.</summary>
    internal void Neighbour()
    {
        _ignoresProxy = true;
        SayNeighbour();
    }

    /// <summary>A believed proxy named a client by what is no address.</summary>
    internal void Garbled()
    {
        metrics.AddressIssue(AddressIssue.Unparsable);
        if (IsFirst(Kind.Garbled))
        {
            logger.ClientUnresolved();
        }
    }

    /// <summary>A believed proxy named no client where others of its headers say that there is one.</summary>
    /// <param name="header">The header that it should have sent.</param>
    internal void Missing(string header)
    {
        metrics.AddressIssue(AddressIssue.Missing);
        if (IsFirst(Kind.Missing))
        {
            logger.HeaderMissing(header);
        }
    }

    /// <summary>A believed proxy's request that is taken for its own.</summary>
    /// <param name="header">The header that it sends with its clients' requests.</param>
    internal void OwnRequest(string header)
    {
        if (IsFirst(Kind.OwnRequest))
        {
            logger.RequestOfProxy(header);
        }
    }

    /// <summary>A client that may have chosen its address, before the walk came.</summary>
    internal void Chosen()
    {
        metrics.AddressIssue(AddressIssue.Chosen);
        if (IsFirst(Kind.Chosen))
        {
            logger.AddressChosen();
        }
    }

    /// <summary>A client without any address.</summary>
    internal void Absent()
    {
        metrics.AddressIssue(AddressIssue.Absent);
        if (IsFirst(Kind.Absent))
        {
            logger.ClientWithoutAddress();
        }
    }

    /// <summary>A client that a believed proxy named.</summary>
    /// <param name="proxy">The proxy; null on a Unix socket.</param>
    /// <param name="client">The client.</param>
    /// <param name="hasLeftOver">Whether the proxy sent more entries than are believed.</param>
    internal void Found(IPAddress? proxy, IPAddress client, bool hasLeftOver)
    {
        _proxies.Named(proxy);
        if (hasLeftOver && IsFirst(Kind.LeftOver))
        {
            logger.EntriesLeftOver();
        }

        if (IPAddress.IsLoopback(client) && IsFirst(Kind.Loopback))
        {
            logger.ForwardedLoopback();
        }
    }

    /// <summary>A connection to an endpoint for proxies, by a peer that is not believed.</summary>
    internal void ConnectionByStranger()
    {
        metrics.AddressIssue(AddressIssue.ProxyHeaderByStranger);
        if (IsFirst(Kind.ConnectionByStranger))
        {
            logger.ProxyProtocolByStranger();
        }
    }

    /// <summary>A believed proxy's connection whose header cannot be read.</summary>
    /// <param name="issue">What is wrong with it.</param>
    internal void ConnectionWithoutHeader(string issue)
    {
        metrics.AddressIssue(issue);
        if (IsFirst(Kind.NoHeader))
        {
            logger.ProxyProtocolUnreadable();
        }
    }

    /// <summary>A believed proxy's connection whose header names no client.</summary>
    internal void Unnamed()
    {
        metrics.AddressIssue(AddressIssue.ProxyHeaderUnnamed);
        if (IsFirst(Kind.Unnamed))
        {
            logger.ProxyProtocolUnnamed();
        }
    }

    /// <summary>A client that no proxy named, for as long as there was none but this machine.</summary>
    /// <param name="client">The client; null if it has no address.</param>
    internal void Meet(IPAddress? client)
    {
        if (client is not null && !IPAddress.IsLoopback(client))
        {
            _hasMetOthers = true;
        }
        else if (_machine.Own(null))
        {
            SayOnlyProxies();
        }
    }

    /// <summary>A request of a proxy that the settings name, for which it named no client.</summary>
    /// <param name="proxy">The proxy; null on a Unix socket.</param>
    internal void MeetProxy(IPAddress? proxy)
    {
        if (_proxies.Own(proxy))
        {
            SayOnlyProxies();
        }
    }

    /// <summary>Headers that the framework could have been fooled with.</summary>
    internal void Rewritten() => metrics.AddressIssue(AddressIssue.Rewritten);

    /// <summary>An address that something else found behind the walk.</summary>
    internal void FoundByOthers()
    {
        if (IsFirst(Kind.Others))
        {
            logger.ForwardedByOthers();
        }
    }

    /// <summary>Has everything said once more: of a changed configuration it has not been.</summary>
    internal void Forget()
    {
        _ignoresProxy = false;
        _hasMetOthers = false;
        _proxies = new();
        _machine = new();
        Volatile.Write(ref _said, 0);
    }

    /// <summary>Whether a neighbour at the other end of a connection names clients and is not believed, as far as was noticed since
    /// the configuration changed. One that a PROXY protocol header names may be a client as well.</summary>
    internal bool IgnoresProxy => _ignoresProxy;

    /// <summary>Whether a client was met that is neither this machine nor a named proxy.</summary>
    internal bool HasMetOthers => _hasMetOthers;

    /// <summary>Whether a named proxy has sent many requests and named no client, or this machine has and no other client came: a proxy
    /// that does not name its clients, most likely.</summary>
    internal bool MeetsProxiesOnly => _proxies.HasSilent || (!_hasMetOthers && _machine.HasSilent);

    /// <summary>Whether there is nothing more to say about proxies' own requests.</summary>
    internal bool HasSaidOwnRequest => HasSaid(Kind.OwnRequest);

    /// <summary>Whether there is nothing more to say about others.</summary>
    internal bool HasSaidOthers => HasSaid(Kind.Others);

    private void SayNeighbour()
    {
        if (IsFirst(Kind.Near))
        {
            logger.NeighbourIgnored();
        }
    }

    private void SayOnlyProxies()
    {
        if (IsFirst(Kind.OnlyProxies))
        {
            logger.OnlyProxies(ProxyTally.MostOwn);
        }
    }

    private bool HasSaid(Kind kind) => (Volatile.Read(ref _said) & (int)kind) != 0;

    private bool IsFirst(Kind kind) =>
        !HasSaid(kind) && (Interlocked.Or(ref _said, (int)kind) & (int)kind) == 0;

    [Flags]
    private enum Kind
    {
        Near = 1,
        Public = 2,
        Garbled = 4,
        Absent = 8,
        LeftOver = 16,
        Loopback = 32,
        Others = 64,
        ConnectionByStranger = 128,
        NoHeader = 256,
        Missing = 512,
        OwnRequest = 1024,
        Chosen = 2048,
        Unnamed = 4096,
        OnlyProxies = 8192,
    }
}
