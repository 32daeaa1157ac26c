namespace Bouncer.Lapi;

/// <summary>The settings that calls to LAPI use. They are the ones in effect at the start of a poll, so that a poll does not mix
/// two. Thread-safe.</summary>
/// <param name="inForce">Returns the settings in effect.</param>
internal sealed class SettingsInUse(Func<BouncerOptions> inForce)
{
    private readonly Lock _changing = new();
    private volatile EngineSettings? _current;

    internal EngineSettings Current => _current ??= new EngineSettings(inForce());

    /// <summary>Takes the settings in effect, with the LAPI of the previous ones if they still have it, otherwise the first.</summary>
    /// <returns>Whether they request other decisions than the previous ones.</returns>
    internal bool Take()
    {
        lock (_changing)
        {
            var before = Current;
            var options = inForce();
            if (ReferenceEquals(options, before.Options))
            {
                return false;
            }

            var taken = before.With(options);
            _current = taken;
            return !taken.AskForTheSame(before);
        }
    }

    /// <summary>Takes another LAPI.</summary>
    /// <returns>Whether it is another one.</returns>
    internal bool Use(int number)
    {
        lock (_changing)
        {
            var before = Current;
            return !ReferenceEquals(before, _current = before.For(number));
        }
    }
}
