using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Removes from forwarded headers what the framework's middleware reads differently from what proxies mean, for an
/// application that passes it its own options: it takes a quote for the beginning of a text in which commas do not separate, and
/// everything after a percent sign for the zone of an address.</summary>
internal static class HeaderGuard
{
    private const string Unknown = "unknown";
    private static readonly string[] Names = ["X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Prefix"];

    /// <returns>Whether anything was changed.</returns>
    internal static bool Clean(IHeaderDictionary headers)
    {
        var isChanged = CleanAddresses(headers);
        foreach (var name in Names)
        {
            if (headers[name] is { Count: > 0 } lines && lines.ToString().Contains('"', StringComparison.Ordinal))
            {
                headers[name] = lines.ToString().Replace("\"", "", StringComparison.Ordinal);
                isChanged = true;
            }
        }

        return isChanged;
    }

    private static bool CleanAddresses(IHeaderDictionary headers)
    {
        if (headers[ForwardedWalk.DefaultHeader] is not { Count: > 0 } lines || !IsDoubtful(lines))
        {
            return false;
        }

        List<string> clean = [];
        var entries = new ForwardedEntries(lines);
        while (entries.TryTake(out var entry))
        {
            clean.Add(Clean(entry));
        }

        clean.Reverse();
        headers[ForwardedWalk.DefaultHeader] = string.Join(", ", clean);
        return true;
    }

    private static bool IsDoubtful(StringValues lines)
    {
        var entries = new ForwardedEntries(lines);
        while (entries.TryTake(out var entry))
        {
            if (!ForwardedAddress.TryParse(entry, out _, out _) && !entry.SequenceEqual(Unknown))
            {
                return true;
            }
        }

        return false;
    }

    private static string Clean(ReadOnlySpan<char> entry)
    {
        var text = entry.ToString().Replace("\"", "", StringComparison.Ordinal);
        var zone = text.IndexOf('%', StringComparison.Ordinal);
        text = (zone < 0 ? text : text[..zone]).Trim();
        return ForwardedAddress.TryParse(text, out _, out _) ? text : Unknown;
    }
}
