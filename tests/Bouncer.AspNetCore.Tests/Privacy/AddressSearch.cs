using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bouncer.AspNetCore.Tests.Privacy;

/// <summary>Searches texts for addresses, in every form in which one is written.</summary>
internal static class AddressSearch
{
    /// <summary>The addresses that a text contains.</summary>
    internal static IEnumerable<string> FindIn(string text, IEnumerable<string> addresses) =>
        addresses.Where(address => FormsOf(IPAddress.Parse(address)).Any(form => text.Contains(form, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<string> FormsOf(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        yield return address.ToString();
        yield return Uri.EscapeDataString(address.ToString());
        yield return Convert.ToHexString(bytes);
        yield return Convert.ToBase64String(bytes).TrimEnd('=');
        yield return Convert.ToBase64String(Encoding.ASCII.GetBytes(address.ToString()))[..^4];
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            yield return address.MapToIPv6().ToString();
            yield return BitConverter.ToUInt32([.. bytes.Reverse()]).ToString(System.Globalization.CultureInfo.InvariantCulture);
            yield return string.Join('-', bytes);
        }
        else
        {
            yield return string.Join(':', Enumerable.Range(0, 8).Select(n => $"{bytes[2 * n]:x2}{bytes[(2 * n) + 1]:x2}"));
            yield return string.Join(':', Enumerable.Range(0, 8).Select(n => $"{(bytes[2 * n] << 8) | bytes[(2 * n) + 1]:x}"));
        }
    }
}
