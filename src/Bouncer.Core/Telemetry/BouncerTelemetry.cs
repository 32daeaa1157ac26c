namespace Bouncer;

/// <summary>The names under which this SDK measures; give <see cref="MeterName"/> to OpenTelemetry's <c>AddMeter</c>.</summary>
public static class BouncerTelemetry
{
    /// <summary>The meter of the engine and of its adapters.</summary>
    public const string MeterName = "Bouncer";
}
