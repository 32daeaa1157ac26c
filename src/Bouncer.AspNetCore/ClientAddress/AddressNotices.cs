using System.Net;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Counts problems with clients' addresses, and logs each kind once, without an address.</summary>
internal sealed class AddressNotices(BouncerHttpMetrics metrics, ILogger<AddressNotices> logger)
{
    private int _said;
    private volatile bool _ignoresProxy;
    private volatile bool _hasMetOthers;
    private volatile ProxyTally _proxies = new();
    private volatile ProxyTally _machine = new();

    /// <summary>Reports forwarded headers from a sender that is not trusted.</summary>
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

    /// <summary>Reports a neighbour that names clients and is not trusted, most likely a proxy.</summary>
    internal void Neighbour()
    {
        _ignoresProxy = true;
        SayNeighbour();
    }

    /// <summary>Reports a trusted proxy that named a client by an invalid address.</summary>
    internal void Garbled()
    {
        metrics.AddressIssue(AddressIssue.Unparsable);
        if (IsFirst(Kind.Garbled))
        {
            logger.ClientUnresolved();
        }
    }

    /// <summary>Reports a trusted proxy that named no client although its other headers show that there is one.</summary>
    /// <param name="header">The header that it should have sent.</param>
    internal void Missing(string header)
    {
        metrics.AddressIssue(AddressIssue.Missing);
        if (IsFirst(Kind.Missing))
        {
            logger.HeaderMissing(header);
        }
    }

    /// <summary>Reports a trusted proxy's request that is taken for its own.</summary>
    /// <param name="header">The header that it sends with its clients' requests.</param>
    internal void OwnRequest(string header)
    {
        if (IsFirst(Kind.OwnRequest))
        {
            logger.RequestOfProxy(header);
        }
    }

    /// <summary>Reports a client that may have chosen its address, because it was set before the walk.</summary>
    internal void Chosen()
    {
        metrics.AddressIssue(AddressIssue.Chosen);
        if (IsFirst(Kind.Chosen))
        {
            logger.AddressChosen();
        }
    }

    /// <summary>Reports a client without an address.</summary>
    internal void Absent()
    {
        metrics.AddressIssue(AddressIssue.Absent);
        if (IsFirst(Kind.Absent))
        {
            logger.ClientWithoutAddress();
        }
    }

    /// <summary>Records a client that a trusted proxy named.</summary>
    /// <param name="proxy">The proxy; null on a Unix socket.</param>
    /// <param name="client">The client.</param>
    /// <param name="hasLeftOver">Whether the proxy sent more entries than are trusted.</param>
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

    /// <summary>Reports a connection to an endpoint for proxies by a peer that is not trusted.</summary>
    internal void ConnectionByStranger()
    {
        metrics.AddressIssue(AddressIssue.ProxyHeaderByStranger);
        if (IsFirst(Kind.ConnectionByStranger))
        {
            logger.ProxyProtocolByStranger();
        }
    }

    /// <summary>Reports a trusted proxy's connection whose header cannot be read.</summary>
    /// <param name="issue">The problem with the header.</param>
    internal void ConnectionWithoutHeader(string issue)
    {
        metrics.AddressIssue(issue);
        if (IsFirst(Kind.NoHeader))
        {
            logger.ProxyProtocolUnreadable();
        }
    }

    /// <summary>Reports a trusted proxy's connection whose header names no client.</summary>
    internal void Unnamed()
    {
        metrics.AddressIssue(AddressIssue.ProxyHeaderUnnamed);
        if (IsFirst(Kind.Unnamed))
        {
            logger.ProxyProtocolUnnamed();
        }
    }

    /// <summary>Records a client that no proxy named, until a client other than this machine was met.</summary>
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

    /// <summary>Records a request of a proxy in the settings that named no client.</summary>
    /// <param name="proxy">The proxy; null on a Unix socket.</param>
    internal void MeetProxy(IPAddress? proxy)
    {
        if (_proxies.Own(proxy))
        {
            SayOnlyProxies();
        }
    }

    /// <summary>Counts headers with which the framework could have been deceived.</summary>
    internal void Rewritten() => metrics.AddressIssue(AddressIssue.Rewritten);

    /// <summary>Reports an address that other middleware found before a walk that comes later.</summary>
    internal void FoundByOthers()
    {
        if (IsFirst(Kind.Others))
        {
            logger.ForwardedByOthers();
        }
    }

    /// <summary>Has everything logged once more after a change of the configuration.</summary>
    internal void Forget()
    {
        _ignoresProxy = false;
        _hasMetOthers = false;
        _proxies = new();
        _machine = new();
        Volatile.Write(ref _said, 0);
    }

    /// <summary>Whether a neighbour at the other end of a connection names clients and is not trusted, as far as seen since the
    /// configuration changed. One that a PROXY protocol header names may be a client as well.</summary>
    internal bool IgnoresProxy => _ignoresProxy;

    /// <summary>Whether a client was met that is neither this machine nor a named proxy.</summary>
    internal bool HasMetOthers => _hasMetOthers;

    /// <summary>Whether a named proxy has sent many requests without naming a client, or this machine has and no other client was
    /// met: most likely a proxy that does not name its clients.</summary>
    internal bool MeetsProxiesOnly => _proxies.HasSilent || (!_hasMetOthers && _machine.HasSilent);

    /// <summary>Whether proxies' own requests have already been logged.</summary>
    internal bool HasSaidOwnRequest => HasSaid(Kind.OwnRequest);

    /// <summary>Whether addresses found by others have already been logged.</summary>
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
