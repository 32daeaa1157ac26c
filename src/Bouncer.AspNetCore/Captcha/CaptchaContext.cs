using System.Net;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>For whom a captcha is set or checked.</summary>
/// <param name="HttpContext">The request.</param>
/// <param name="Client">Who is to solve it. Empty if the client has no address.</param>
/// <param name="Host">The site's host name, in lower case, without port, and in ASCII if it is an internationalised one.</param>
/// <param name="Action">What it is for: it stands for the policy, in at most 32 letters, digits and underscores, and begins with
/// <c>bouncer_</c>. The widget's element has it as <c>data-action</c>.</param>
/// <param name="Difficulty">How hard it is to be, from 1 (easy) to 10; a provider that has no such thing ignores it.</param>
/// <param name="ClientAddress">The address that was judged; null if the client has none. Keep it from third parties.</param>
public readonly record struct CaptchaContext(
    HttpContext HttpContext, ClientKey Client, string Host, string Action, int Difficulty, IPAddress? ClientAddress = null);
