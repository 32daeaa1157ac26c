using System.Net;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Counts what is doubtful about clients' addresses, and logs each kind once, without an address.</summary>
internal sealed class AddressNotices(BouncerHttpMetrics metrics, ILogger<AddressNotices> logger)
{
    /// <summary>More than the health checks of the minutes before the first visitor.</summary>
    private const int MostProxies = 200;

    private int _said;
    private volatile bool _ignoresProxy;
    private volatile bool _hasMetOthers;
    private int _metProxies;

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
    internal void Found(IPAddress client, bool hasLeftOver)
    {
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

    /// <summary>A client, for as long as there was none but this machine and the proxies that are named.</summary>
    /// <param name="client">The client; null if it has no address.</param>
    /// <param name="isProxy">Whether it is a proxy that the settings name.</param>
    internal void Meet(IPAddress? client, bool isProxy)
    {
        if (client is not null && !isProxy && !IPAddress.IsLoopback(client))
        {
            _hasMetOthers = true;
        }
        else if (Volatile.Read(ref _metProxies) < MostProxies && Interlocked.Increment(ref _metProxies) == MostProxies)
        {
            logger.OnlyProxies(MostProxies);
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
        Volatile.Write(ref _metProxies, 0);
        Volatile.Write(ref _said, 0);
    }

    /// <summary>Whether a neighbour at the other end of a connection names clients and is not believed, as far as was noticed since
    /// the configuration changed. One that a PROXY protocol header names may be a client as well.</summary>
    internal bool IgnoresProxy => _ignoresProxy;

    /// <summary>Whether a client was met that is neither this machine nor a named proxy.</summary>
    internal bool HasMetOthers => _hasMetOthers;

    /// <summary>Whether many requests came and none of another client: proxies that do not name their clients, most likely.</summary>
    internal bool MeetsProxiesOnly => !_hasMetOthers && Volatile.Read(ref _metProxies) >= MostProxies;

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
    }
}
