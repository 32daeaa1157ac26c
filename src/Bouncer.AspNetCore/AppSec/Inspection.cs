using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>The result of an inspection.</summary>
/// <param name="Refused">The request with the verdict that refuses it; null if it passes.</param>
/// <param name="IsOver">Whether the client disconnected, so that nothing is left to do.</param>
/// <param name="Body">The part of the body that was read; null if none was.</param>
internal readonly record struct Inspection(BouncerRequest? Refused, bool IsOver = false, HeldBody? Body = null)
{
    /// <summary>Leaves the body to the server, once the request was answered.</summary>
    internal ValueTask EndAsync() => Body?.StopAsync() ?? default;
}
