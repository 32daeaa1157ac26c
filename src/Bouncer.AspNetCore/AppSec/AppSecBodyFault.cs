namespace Bouncer.AspNetCore.AppSec;

/// <summary>Why a body was not read to its end.</summary>
internal enum AppSecBodyFault
{
    /// <summary>It is larger than may be held.</summary>
    Large = 0,

    /// <summary>It stopped arriving.</summary>
    Stalled,
}
