namespace Bouncer.Tests.Model;

/// <summary>What the walks came to.</summary>
internal sealed class WalkTally
{
    internal int Steps { get; set; }

    /// <summary>Polls that LAPI answered.</summary>
    internal int Answered { get; set; }

    /// <summary>Polls that met a fault, or the time after one.</summary>
    internal int Faulty { get; set; }

    internal long Checks { get; set; }

    public override string ToString() => $"{Steps} steps, {Answered} polls that LAPI answered, {Faulty} that met a fault, {Checks} verdicts compared";
}
