namespace Bouncer.AspNetCore.AppSec;

/// <summary>AppSec's answer, or why there is none.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Fault">A short code from a bounded set.</param>
/// <param name="Reason">Which connection failed and why, for the operator; null if the code says all.</param>
internal readonly record struct AppSecReply(AppSecAnswer? Answer, string? Fault, string? Reason = null)
{
    internal static AppSecReply Failed(string fault, string? reason = null) => new(null, fault, reason);
}
