using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Tests.Settings;

public sealed class FirewallOptionsTests
{
    [Fact]
    public void Section_OfTheBuilder_IsWhereOptionsComeFrom()
    {
        var options = Read(section: "Mine", new() { ["Mine:Firewall:Name"] = "edge", ["Mine:Firewall:Types"] = "ban, captcha", ["Mine:Firewall:Nftables:Verdict"] = "reject" });
        Assert.Equal("edge", options.Name);
        Assert.Equal(["ban", "captcha"], options.Types);
        Assert.Equal(PacketVerdict.Reject, options.Nftables.Verdict);
    }

    [Theory]
    [InlineData("[stopped] ", "[stopped] ")]
    [InlineData("  x", "  x")]
    [InlineData("x", "x")]
    [InlineData("", null)]
    [InlineData("  ", null)]
    public void LogPrefix_OfTheConfiguration_KeepsItsBlanks(string written, string? read) =>
        Assert.Equal(read, Read("Mine", new() { ["Mine:Firewall:Nftables:LogPrefix"] = written }).Nftables.LogPrefix);

    [Theory]
    [InlineData("Name", "Two words", "Bouncer:Firewall:Name")]
    [InlineData("Name", "9lives", "Bouncer:Firewall:Name")]
    [InlineData("Name", "x; flush ruleset", "Bouncer:Firewall:Name")]
    [InlineData("Name", "abcdefghijklmnopqrstuvwxyzabcdefg", "Bouncer:Firewall:Name")]
    [InlineData("Name", "set", "a keyword of nft")]
    [InlineData("Name", "quota", "a keyword of nft")]
    [InlineData("Types:0", "allowlist", "Bouncer:Firewall:Types")]
    [InlineData("Types:0", "b an", "Bouncer:Firewall:Types")]
    [InlineData("Nftables:AllowedPorts", "0", "Bouncer:Firewall:Nftables:AllowedPorts")]
    [InlineData("Nftables:AllowedPorts", "443/sctp", "Bouncer:Firewall:Nftables:AllowedPorts")]
    [InlineData("Nftables:AllowedPorts", "90-80", "Bouncer:Firewall:Nftables:AllowedPorts")]
    [InlineData("Nftables:AllowedPorts", "65536", "Bouncer:Firewall:Nftables:AllowedPorts")]
    [InlineData("Nftables:AllowedPorts", "443/tcp/udp", "Bouncer:Firewall:Nftables:AllowedPorts")]
    [InlineData("Nftables:LogPrefix", "a\"; drop", "Bouncer:Firewall:Nftables:LogPrefix")]
    [InlineData("Nftables:LogsPerMinute", "0", "Bouncer:Firewall:Nftables:LogsPerMinute")]
    [InlineData("Nftables:Hooks:0", "prerouting", "Bouncer:Firewall:Nftables:Hooks")]
    [InlineData("Nftables:Program", "nft", "Bouncer:Firewall:Nftables:Program")]
    [InlineData("Nftables:Verdict", "2", "Bouncer:Firewall:Nftables:Verdict")]
    [InlineData("Nftables:Priority", "9999", "Bouncer:Firewall:Nftables:Priority")]
    [InlineData("Windows:Profiles:0", "Work", "Bouncer:Firewall:Windows:Profiles")]
    [InlineData("Windows:AddressesPerRule", "0", "Bouncer:Firewall:Windows:AddressesPerRule")]
    [InlineData("Windows:Debounce", "10", "Bouncer:Firewall:Windows:Debounce")]
    [InlineData("ReconcileInterval", "00:00:10", "Bouncer:Firewall:ReconcileInterval")]
    [InlineData("Outbound", "maybe", "Bouncer:Firewall:Outbound")]
    [InlineData("Nftables:Hook", "input", "Bouncer:Firewall:Nftables:Hook is not a setting. Did you mean Bouncer:Firewall:Nftables:Hooks?")]
    [InlineData("Hooks", "input", "Bouncer:Firewall:Hooks is not a setting. Did you mean Bouncer:Firewall:Nftables:Hooks?")]
    public void Setting_ThatMakesNoSense_IsNamed(string key, string value, string named)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Read("Bouncer", new() { ["Bouncer:Firewall:" + key] = value }));
        Assert.Contains(named, Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    /// <summary>The engine reads the section in which the keys of the firewall are known to it.</summary>
    [Theory]
    [InlineData("AllowedPorts", "Mine:AllowedPorts is not a setting. Did you mean Mine:Firewall:Nftables:AllowedPorts?")]
    [InlineData("Firewal:Name", "Mine:Firewal is not a setting. Did you mean Mine:Firewall?")]
    [InlineData("Sync:Mode", "Mine:Sync:Mode is Live: a firewall must know all decisions before packets arrive; set it to Stream.")]
    public void EngineSetting_ThatIsMeantForTheFirewall_IsNamedByItsPath(string key, string error)
    {
        using var provider = Build("Mine", new() { ["Mine:Lapi:Url"] = "http://127.0.0.1:8080/", ["Mine:Lapi:ApiKey"] = "key", ["Mine:" + key] = "live" });
        Assert.Equal([error], Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<BouncerOptions>>().Value).Failures);
    }

    [Theory]
    [InlineData("Sync:Mode", "Live")]
    [InlineData("Sync:MinIPv4PrefixLength", "0")]
    [InlineData("Sync:MinIPv6PrefixLength", "0")]
    public void EngineSetting_ThatAFirewallCannotLiveWith_IsNamed(string key, string value)
    {
        using var provider = Build("Bouncer", new() { ["Bouncer:Lapi:Url"] = "http://127.0.0.1:8080/", ["Bouncer:Lapi:ApiKey"] = "key", ["Bouncer:" + key] = value });
        var failure = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<BouncerOptions>>().Value);
        Assert.Contains("Bouncer:Sync:", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    private static FirewallOptions Read(string section, Dictionary<string, string?> settings)
    {
        using var provider = Build(section, settings);
        return provider.GetRequiredService<IOptions<FirewallOptions>>().Value;
    }

    private static ServiceProvider Build(string section, Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddBouncerCore(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(section)).AddFirewall();
        return services.BuildServiceProvider();
    }
}
