using System.Diagnostics;

namespace Bouncer.Firewall.Comparison;

/// <summary>Debian's crowdsec-firewall-bouncer, with the settings of its package but where it writes and how often it asks.</summary>
internal sealed class DebianPeer(string program) : Subject
{
    internal override string Name => "crowdsec-firewall-bouncer";

    protected override ProcessStartInfo Prepare(Uri lapi, string key, string folder)
    {
        var settings = Path.Combine(folder, "settings.yaml");
        File.WriteAllText(settings, $"""
            mode: nftables
            pid_dir: {folder}/
            update_frequency: {PullSeconds}s
            daemonize: false
            log_mode: stdout
            log_level: info
            api_url: {lapi.AbsoluteUri}
            api_key: {key}
            disable_ipv6: false
            deny_action: DROP
            deny_log: false
            supported_decisions_types:
              - ban
            blacklists_ipv4: crowdsec-blacklists
            blacklists_ipv6: crowdsec6-blacklists
            nftables:
              ipv4:
                enabled: true
                set-only: false
                table: crowdsec
                chain: crowdsec-chain
              ipv6:
                enabled: true
                set-only: false
                table: crowdsec6
                chain: crowdsec6-chain
            prometheus:
              enabled: false
            """);
        return new ProcessStartInfo(program, ["-c", settings]);
    }
}
