namespace Bouncer.Lapi;

/// <summary>The settings that calls to LAPI use. They are the ones in effect at the start of a poll, so that a poll does not mix
/// two. Any thread may read them; only one at a time may call <see cref="Take"/>.</summary>
/// <param name="inForce">Returns the settings in effect.</param>
internal sealed class SettingsInUse(Func<BouncerOptions> inForce)
{
    private volatile EngineSettings? _current;

    internal EngineSettings Current => _current ??= new EngineSettings(inForce());

    /// <summary>Takes the settings in effect.</summary>
    /// <returns>Whether they request other decisions than the previous ones.</returns>
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
