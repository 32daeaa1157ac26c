namespace Bouncer.AspNetCore.AppSec;

/// <summary>AppSec's answer, or why there is none: a short code from a bounded set.</summary>
internal readonly record struct AppSecReply(AppSecAnswer? Answer, string? Fault)
{
    internal static AppSecReply Failed(string fault) => new(null, fault);
}
