namespace Bouncer.Firewall;

/// <summary>The names under which the firewall measures; give <see cref="MeterName"/> to OpenTelemetry's <c>AddMeter</c>.</summary>
public static class BouncerFirewallTelemetry
{
    /// <summary>The meter of the firewall.</summary>
    public const string MeterName = "Bouncer.Firewall";
}
