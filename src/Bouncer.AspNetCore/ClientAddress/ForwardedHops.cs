using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>One walk over a request's forwarded headers, from the right, as long as the writer of an entry is trusted.</summary>
internal struct ForwardedHops
{
    /// <summary>The greatest length of a chain of trusted proxies; a longer one is not accepted.</summary>
    internal const int Most = 64;

    private readonly ProxyTrust _trust;
    private readonly bool _isNamed;
    private ForwardedEntries _for;
    private ForwardedEntries _proto;
    private ForwardedEntries _host;
    private ForwardedEntries _prefix;

    internal ForwardedHops(ProxyTrust trust, IHeaderDictionary headers, bool withNames)
    {
        _trust = trust;
        var lines = headers[trust.For];
        _isNamed = lines.Count > 0;
        _for = new(lines);
        _proto = Read(headers, withNames ? trust.Proto : null);
        _host = Read(headers, withNames ? trust.Host : null);
        _prefix = Read(headers, withNames ? trust.Prefix : null);
    }

    /// <summary>The address that the last trusted hop wrote; null if none did.</summary>
    internal IPAddress? Client { get; private set; }

    /// <summary>The port after that address, or 0.</summary>
    internal int Port { get; private set; }

    internal string? Scheme { get; private set; }

    internal string? Host { get; private set; }

    internal string? Prefix { get; private set; }

    /// <summary>Whether a trusted hop wrote something that is not an address, or sent the header empty.</summary>
    internal bool IsGarbled { get; private set; }

    /// <summary>Whether entries remain that no trusted hop wrote.</summary>
    internal bool HasLeftOver { get; private set; }

    internal void Walk(IPAddress? peer)
    {
        var hop = peer;
        var most = _trust.HasOneAddress ? 1 : _trust.MaxHops ?? int.MaxValue;
        for (var hops = 0; hops < most && _trust.Believes(hop); hops++)
        {
            if (!_for.TryTake(out var entry))
            {
                // The header is present but empty.
                IsGarbled = _isNamed && hops == 0;
                TakeNames();
                return;
            }

            if (hops == Most || !ForwardedAddress.TryParse(entry, out var address, out var port))
            {
                IsGarbled = true;
                return;
            }

            TakeNames();
            (hop, Client, Port) = (address, address, port);
        }

        HasLeftOver = _for.TryTake(out _);
        IsGarbled = HasLeftOver && _trust.HasOneAddress;
    }

    private void TakeNames()
    {
        if (_proto.TryTake(out var scheme) && ForwardedNames.IsScheme(scheme))
        {
            Scheme = scheme.ToString();
        }

        if (_host.TryTake(out var host) && ForwardedNames.IsHost(host, _trust.AllowedHosts))
        {
            Host = host.ToString();
        }

        if (_prefix.TryTake(out var prefix) && ForwardedNames.IsPrefix(prefix))
        {
            Prefix = prefix.ToString();
        }
    }

    private static ForwardedEntries Read(IHeaderDictionary headers, string? name) => new(name is null ? StringValues.Empty : headers[name]);
}
