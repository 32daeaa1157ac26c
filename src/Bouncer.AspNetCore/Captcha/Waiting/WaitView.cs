namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>What the page shows a client that waits, or cannot.</summary>
/// <param name="Link">The page itself, with the client's ticket.</param>
/// <param name="Page">The captcha instead.</param>
/// <param name="Wait">How long clients wait in all.</param>
/// <param name="Left">How much of that is left; else when it may try again.</param>
/// <param name="Notice">The name of a text that says what is the matter; null if nothing is.</param>
/// <param name="IsWaiting">Whether the page loads itself again when the wait is over.</param>
internal sealed record WaitView(string Link, string Page, TimeSpan Wait, TimeSpan Left, string? Notice, bool IsWaiting = false)
{
    internal const string Again = "waitAgain";
    internal const string Full = "waitFull";
    internal const string NoCookie = "waitNoCookie";
}
