using Bouncer.Lookup;
using Bouncer.Net;

namespace Bouncer.Engine;

/// <summary>The networks whose clients always pass.</summary>
internal sealed class TrustedNetworks
{
    private static readonly string[] Loopback = ["127.0.0.0/8", "::1/128"];

    private readonly PrefixTable _networks;

    /// <param name="networks">Validated texts, or null for none.</param>
    /// <param name="trustsLoopback">Whether loopback is among them.</param>
    internal TrustedNetworks(IEnumerable<string>? networks, bool trustsLoopback)
    {
        var builder = PrefixTable.Empty.ToBuilder();
        foreach (var text in (networks ?? []).Concat(trustsLoopback ? Loopback : []))
        {
            if (!IpParser.TryParsePrefix(text, out var prefix))
            {
                throw new FormatException($"'{text}' is not an address or a network.");
            }

            builder.Change(prefix, 1);
        }

        var merge = default(LastWriteWins);
        _networks = builder.ToTable(ref merge);
    }

    internal bool Contain(IpKey address) => _networks.Covers(address);
}
