using System.Globalization;
using Bouncer;
using Bouncer.Firewall;

namespace Bouncer.Firewall.Worker.Systemd;

/// <summary>The line for `systemctl status`.</summary>
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

        // A line break would start another assignment in the message to systemd.
        return line.ReplaceLineEndings(" ");
    }
}
