using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>What a walk leaves on a request: it takes the entries it used off X-Forwarded-For and
/// notes the address it replaced. Nothing here is an address to judge by.</summary>
internal static class ForwardedTraces
{
    /// <summary>Whether entries are left that nothing used.</summary>
    internal static bool HasUnusedEntries(IHeaderDictionary headers) =>
        !StringValues.IsNullOrEmpty(headers[ForwardedHeadersDefaults.XForwardedForHeaderName]);

    /// <summary>Whether an address was replaced. A client can send this header itself, so it only serves to warn and count.</summary>
    internal static bool WereApplied(IHeaderDictionary headers) =>
        headers.ContainsKey(ForwardedHeadersDefaults.XOriginalForHeaderName);

    /// <summary>Whether the entry at which the framework's middleware stopped is no address.</summary>
    internal static bool StoppedAtGarbage(IHeaderDictionary headers)
    {
        var entries = new ForwardedEntries(headers[ForwardedHeadersDefaults.XForwardedForHeaderName]);
        return entries.TryTake(out var entry) && !ForwardedAddress.TryParse(entry, out _, out _);
    }
}
