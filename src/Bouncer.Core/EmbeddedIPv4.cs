using System.Net;
using Bouncer.Net;

namespace Bouncer;

/// <summary>Finds the IPv4 address inside an IPv6 address, in the forms that <see cref="BouncerOptions.EmbeddedIPv4"/> names.
/// Immutable; safe for any number of threads.</summary>
public sealed class EmbeddedIPv4
{
    private static readonly Dictionary<string, EmbeddedForm> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["nat64"] = new(Parse("64:ff9b::/96")),
        ["6to4"] = new(Parse("2002::/16")),
        ["compatible"] = new(Parse("::/96")),
        ["translated"] = new(Parse("::ffff:0:0:0/96")),
    };

    private readonly EmbeddedForm[] _forms;

    /// <param name="forms">Validated texts, or null for none.</param>
    internal EmbeddedIPv4(IEnumerable<string>? forms) =>
        _forms = [.. (forms ?? []).Select(text => Find(text) ?? throw new FormatException($"'{text}' is not a form of embedded IPv4 addresses."))
            .OrderByDescending(form => form.Prefix.Length)];

    /// <summary>Whether any form is configured.</summary>
    public bool IsOn => _forms.Length > 0;

    /// <summary>Returns the IPv4 address inside an address that has one of the forms. Returns any other address, and null,
    /// unchanged.</summary>
    /// <remarks>Count and remember clients by the returned address: two hosts behind one translator may be in one /64, and the 6to4
    /// addresses of one host are in 65,536 of them. An embedded address does not prove where a client is: never grant anything
    /// because of it. Addresses in 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16 and from 224.0.0.0 on are not extracted.</remarks>
    /// <param name="address">The address.</param>
    public IPAddress? Unwrap(IPAddress? address) =>
        IsOn && address is not null && TryFind(IpKey.From(address), out var ipv4) ? ipv4.ToIPAddress() : address;

    /// <summary>Finds the form with a name or a network; null if the text is neither.</summary>
    internal static EmbeddedForm? Find(string text) =>
        Names.TryGetValue(text, out var form) ? form
        : IpParser.TryParsePrefix(text, out var prefix) && EmbeddedForm.IsPossible(prefix) ? new EmbeddedForm(prefix)
        : null;

    internal bool TryFind(IpKey address, out IpKey ipv4)
    {
        foreach (var form in _forms)
        {
            if (form.TryRead(address, out var inner) && IsHost(inner))
            {
                ipv4 = IpKey.FromIPv4(inner);
                return true;
            }
        }

        ipv4 = default;
        return false;
    }

    /// <summary>Whether an address can be that of another machine.</summary>
    private static bool IsHost(uint ipv4) => (ipv4 >> 24) is not 0 and not 127 and < 224 && ipv4 >> 16 != 0xA9FE;

    private static IpPrefix Parse(string text) => IpParser.TryParsePrefix(text, out var prefix) ? prefix : throw new FormatException(text);
}
