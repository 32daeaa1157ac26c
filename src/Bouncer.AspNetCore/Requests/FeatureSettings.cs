namespace Bouncer.AspNetCore.Requests;

/// <summary>The registration of a feature's settings: how they are created from the options, at startup and at each
/// reload.</summary>
internal sealed record FeatureSettings(Type Type, Func<SettingsSource, object> Create)
{
    internal static FeatureSettings Of<T>(Func<SettingsSource, T> create)
        where T : class => new(typeof(T), create);
}
