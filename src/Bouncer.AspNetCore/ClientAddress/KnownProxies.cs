using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>The proxies that the framework's ForwardedHeaders middleware trusts according to the registered options; options that
/// are passed to <c>UseForwardedHeaders</c> directly cannot be seen. They are read before any of them is switched off.</summary>
internal sealed class KnownProxies
{
    private readonly ForwardedHeadersOptions _options;
    private readonly ForwardedHeaders _flags;

    public KnownProxies(IOptions<ForwardedHeadersOptions>? options = null)
    {
        _options = options?.Value ?? new ForwardedHeadersOptions();
        _flags = _options.ForwardedHeaders;
        Trust = Read(_options);
    }

    /// <summary>The trust that the options express, even if they apply no headers.</summary>
    internal ProxyTrust Trust { get; }

    /// <summary>Whether the registered options use X-Forwarded-For.</summary>
    internal bool AreUsed => _flags.HasFlag(ForwardedHeaders.XForwardedFor);

    /// <summary>Whether the options require the same number of entries in all headers.</summary>
    internal bool WantSymmetry => _options.RequireHeaderSymmetry;

    /// <summary>Limits the framework's middleware to a subset of the headers that the application chose.</summary>
    internal void Leave(ForwardedHeaders kept) => _options.ForwardedHeaders = _flags & kept;

    private static ProxyTrust Read(ForwardedHeadersOptions options)
    {
        var flags = options.ForwardedHeaders;
        return new ProxyTrust
        {
            Source = ProxyTrustSource.Framework,
            Networks = [.. options.KnownIPNetworks],
            Addresses = [.. options.KnownProxies],
            TrustsEveryPeer = options.KnownIPNetworks.Count == 0 && options.KnownProxies.Count == 0,
            UnixSockets = true,
            MaxHops = options.ForwardLimit,
            For = options.ForwardedForHeaderName,
            OriginalFor = options.OriginalForHeaderName,
            Proto = flags.HasFlag(ForwardedHeaders.XForwardedProto) ? options.ForwardedProtoHeaderName : null,
            OriginalProto = options.OriginalProtoHeaderName,
            Host = flags.HasFlag(ForwardedHeaders.XForwardedHost) ? options.ForwardedHostHeaderName : null,
            OriginalHost = options.OriginalHostHeaderName,
            AllowedHosts = Allowed(options.AllowedHosts),
            Prefix = flags.HasFlag(ForwardedHeaders.XForwardedPrefix) ? options.ForwardedPrefixHeaderName : null,
            OriginalPrefix = options.OriginalPrefixHeaderName,
        };
    }

    private static List<StringSegment>? Allowed(IList<string> hosts) =>
        hosts.Count == 0 || hosts.Any(host => host is "*" or "[::]" or "0.0.0.0") ? null : [.. hosts.Select(host => new StringSegment(host))];
}
