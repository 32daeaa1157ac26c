namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>The content of the page for a client that waits, or that cannot wait.</summary>
/// <param name="Link">The link to the page itself, with the client's ticket.</param>
/// <param name="Page">The link to the captcha instead.</param>
/// <param name="Wait">The whole time that clients wait.</param>
/// <param name="Left">The rest of that time; if the client does not wait, the time until it may try again.</param>
/// <param name="Notice">The name of a text that describes a problem; null if there is none.</param>
/// <param name="IsWaiting">Whether the page reloads itself when the wait is over.</param>
internal sealed record WaitView(string Link, string Page, TimeSpan Wait, TimeSpan Left, string? Notice, bool IsWaiting = false)
{
    internal const string Again = "waitAgain";
    internal const string Full = "waitFull";
    internal const string NoCookie = "waitNoCookie";
}
