namespace Bouncer.Settings;

/// <summary>One of the LAPIs in the settings.</summary>
/// <param name="Number">Its place in the order of preference, from 0.</param>
/// <param name="Options">Its address and credentials.</param>
internal sealed record LapiServer(int Number, LapiServerOptions Options)
{
    /// <summary>The path of the section that has its settings, for messages.</summary>
    internal string Section => Number == 0 ? "Bouncer:Lapi" : $"Bouncer:Lapi:Fallbacks:{Number - 1}";

    /// <summary>All LAPIs in the order of preference.</summary>
    internal static IReadOnlyList<LapiServer> AllOf(LapiOptions lapi) =>
        [new(0, lapi), .. (lapi.Fallbacks ?? []).Select(static (fallback, index) => new LapiServer(index + 1, fallback))];
}
