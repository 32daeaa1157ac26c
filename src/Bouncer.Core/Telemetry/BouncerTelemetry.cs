namespace Bouncer;

/// <summary>The names of this SDK's meters; pass <see cref="MeterName"/> to OpenTelemetry's <c>AddMeter</c>.</summary>
public static class BouncerTelemetry
{
    /// <summary>The name of the meter of the engine and its adapters.</summary>
    public const string MeterName = "Bouncer";
}
