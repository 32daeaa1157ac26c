using System.Net;

namespace Bouncer.Net;

/// <summary>Short ways to write addresses and networks in tests.</summary>
internal static class Networks
{
    internal static IpKey Key(string text) => IpKey.From(IPAddress.Parse(text));

    internal static IpPrefix Prefix(string text)
    {
        var parts = text.Split('/');
        var key = Key(parts[0]);
        return parts.Length == 1 ? IpPrefix.Host(key) : IpPrefix.Of(key, int.Parse(parts[1]));
    }
}
