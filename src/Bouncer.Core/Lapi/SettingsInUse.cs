namespace Bouncer.Lapi;

/// <summary>The settings that calls to LAPI use. They are taken from those in force at the start of a poll, so that a poll does not mix
/// two. Any thread may read them; only one at a time may call <see cref="Take"/>.</summary>
/// <param name="inForce">The settings in force.</param>
internal sealed class SettingsInUse(Func<BouncerOptions> inForce)
{
    private volatile EngineSettings? _current;

    internal EngineSettings Current => _current ??= new EngineSettings(inForce());

    /// <summary>Takes the settings in force.</summary>
    /// <returns>Whether they request other decisions than those before.</returns>
    internal bool Take()
    {
        var before = Current;
        var options = inForce();
        if (ReferenceEquals(options, before.Options))
        {
            return false;
        }

        var taken = new EngineSettings(options);
        _current = taken;
        return !taken.AskForTheSame(before);
    }
}
