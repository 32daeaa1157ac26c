namespace Bouncer.AspNetCore.AppSec;

/// <summary>The inspection of one body, which counts towards the limit of its client until it ends.</summary>
/// <param name="turns">Where it was taken.</param>
/// <param name="client">The client.</param>
/// <param name="startedAt">The timestamp of its begin.</param>
internal sealed class BodyTurn(BodyTurns turns, ClientKey client, long startedAt)
{
    internal ClientKey Client { get; } = client;

    internal long StartedAt { get; } = startedAt;

    /// <summary>Whether AppSec did not answer in time.</summary>
    internal bool IsSlow { get; private set; }

    /// <summary>Reports that AppSec did not answer in time.</summary>
    internal void BecomeSlow()
    {
        IsSlow = true;
        turns.BecomesSlow(this);
    }

    /// <summary>Reports that AppSec is done with the body, or that nothing more is known about it. Called once.</summary>
    /// <param name="timeout">How long AppSec may take.</param>
    internal void End(TimeSpan timeout) => turns.End(this, timeout);
}
