using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Headers by which IIS and some frameworks let a request override its path or method, in all their spellings.</summary>
/// <remarks>X-Original-URI, X-Forwarded-Uri, X-Forwarded-Path and X-Envoy-Original-Path are not among them: no common server
/// routes by them, and reverse proxies add them to every request, all of which would then get the strictest policy.</remarks>
internal static class OverrideHeaders
{
    private static readonly HeaderSpelling[] OfMethod = [new("X-HTTP-Method-Override"), new("X-HTTP-Method"), new("X-Method-Override")];

    private static readonly HeaderSpelling[] All = [new("X-Original-URL"), new("X-Rewrite-URL"), new("X-Override-URL"), .. OfMethod];

    internal static bool AreIn(IHeaderDictionary headers) => HasAny(headers, All);

    /// <summary>Whether a header overrides the method.</summary>
    internal static bool OfMethodAreIn(IHeaderDictionary headers) => HasAny(headers, OfMethod);

    /// <remarks>Enumerating Kestrel's headers allocates an enumerator, copying them does not.</remarks>
    private static bool HasAny(IHeaderDictionary headers, HeaderSpelling[] names)
    {
        var count = headers.Count;
        var copy = ArrayPool<KeyValuePair<string, StringValues>>.Shared.Rent(count);
        try
        {
            headers.CopyTo(copy, 0);
            foreach (var (name, _) in copy.AsSpan(0, count))
            {
                foreach (var spelling in names)
                {
                    if (spelling.IsSpelling(name))
                    {
                        return true;
                    }
                }
            }

            return false;
        }
        finally
        {
            copy.AsSpan(0, count).Clear();
            ArrayPool<KeyValuePair<string, StringValues>>.Shared.Return(copy);
        }
    }
}
