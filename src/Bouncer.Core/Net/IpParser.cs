namespace Bouncer.Net;

/// <summary>Reads addresses and networks as CrowdSec and configurations write them, strictly.</summary>
internal static class IpParser
{
    internal static bool TryParseAddress(ReadOnlySpan<byte> utf8, out IpKey key) => throw new NotImplementedException();

    internal static bool TryParsePrefix(ReadOnlySpan<byte> utf8, out IpPrefix prefix) => throw new NotImplementedException();

    internal static bool TryParseAddress(ReadOnlySpan<char> text, out IpKey key) => throw new NotImplementedException();

    internal static bool TryParsePrefix(ReadOnlySpan<char> text, out IpPrefix prefix) => throw new NotImplementedException();
}
