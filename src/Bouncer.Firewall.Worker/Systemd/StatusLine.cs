using System.Globalization;
using Bouncer;
using Bouncer.Firewall;

namespace Bouncer.Firewall.Worker.Systemd;

// One line for `systemctl status`.
internal static class StatusLine
{
    public static string Of(BouncerStatus bouncer, FirewallStatus firewall)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{firewall.BlockedNetworks:N0} of {firewall.WantedNetworks:N0} networks are blocked.");
        if (firewall.LastError is { } firewallError)
        {
            line += $" {firewall.Firewall}: {firewallError}";
        }

        if (bouncer.LastError is { } lapiError)
        {
            line += $" LAPI: {lapiError}";
        }

        // A line break would begin another message to systemd.
        return line.ReplaceLineEndings(" ");
    }
}
