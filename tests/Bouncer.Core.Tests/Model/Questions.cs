namespace Bouncer.Tests.Model;

/// <summary>What becomes of the questions on parts of LAPI's list. The stream is answered all the same.</summary>
public enum Questions
{
    Answered,

    /// <summary>A proxy in front lets nothing but the stream pass.</summary>
    Refused,

    /// <summary>None is ever answered.</summary>
    Lost,

    /// <summary>LAPI counts one decision more than it lists.</summary>
    Miscounted,
}
