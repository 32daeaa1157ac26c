namespace Bouncer.Tests.Model;

/// <summary>What the walks came to.</summary>
internal sealed class WalkTally
{
    internal int Steps { get; set; }

    /// <summary>Polls after which the bouncer said that all is well.</summary>
    internal int Polls { get; set; }

    /// <summary>Polls that met a fault, or a list that the bouncer did not believe.</summary>
    internal int Doubtful { get; set; }

    internal long Checks { get; set; }

    public override string ToString() => $"{Steps} steps, {Polls} polls that were well, {Doubtful} that were not, {Checks} verdicts compared";
}
