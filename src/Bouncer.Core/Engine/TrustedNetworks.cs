using Bouncer.Lookup;
using Bouncer.Net;

namespace Bouncer.Engine;

/// <summary>The networks whose clients always pass.</summary>
internal sealed class TrustedNetworks
{
    private static readonly IpPrefix[] Loopback = [Parse("127.0.0.0/8"), Parse("::1/128")];

    private readonly PrefixTable _networks;
    private readonly IpPrefix[] _configured;

    /// <param name="networks">Validated texts, or null for none.</param>
    /// <param name="trustsLoopback">Whether loopback is among them.</param>
    internal TrustedNetworks(IEnumerable<string>? networks, bool trustsLoopback)
    {
        _configured = [.. (networks ?? []).Select(Parse)];
        var builder = PrefixTable.Empty.ToBuilder();
        foreach (var prefix in _configured.Concat(trustsLoopback ? Loopback : []))
        {
            builder.Change(prefix, 1);
        }

        var merge = default(LastWriteWins);
        _networks = builder.ToTable(ref merge);
    }

    internal bool Contain(IpKey address) => _networks.Covers(address);

    /// <summary>Finds a network that contains an address, and the setting because of which it is trusted.</summary>
    internal (IpPrefix Network, string Setting)? Find(IpKey address) =>
        !Contain(address) ? null
        : _configured.Where(network => network.Contains(address)).Select(static network => (IpPrefix?)network).FirstOrDefault() is { } named
            ? (named, nameof(BouncerOptions.TrustedNetworks))
        : (Loopback.First(network => network.Contains(address)), nameof(BouncerOptions.TrustLoopback));

    private static IpPrefix Parse(string text) =>
        IpParser.TryParsePrefix(text, out var prefix) ? prefix : throw new FormatException($"'{text}' is not an address or a network.");
}
