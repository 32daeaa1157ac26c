using System.Net;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>The client for which a captcha is issued or checked, and its purpose.</summary>
/// <param name="HttpContext">The request.</param>
/// <param name="Client">The client that has to solve it. Empty if the client has no address.</param>
/// <param name="Host">The site's host name, in lower case, without port, and in ASCII if it is an internationalised one.</param>
/// <param name="Action">The purpose, derived from the policy's name: at most 32 letters, digits and underscores, beginning with
/// <c>bouncer_</c>. The widget's element has it as <c>data-action</c>.</param>
/// <param name="Difficulty">The difficulty, from 1 (easy) to 10; ignored by providers that do not support it.</param>
/// <param name="ClientAddress">The address that was checked; null if the client has none. Do not pass it on to third
/// parties.</param>
public readonly record struct CaptchaContext(
    HttpContext HttpContext, ClientKey Client, string Host, string Action, int Difficulty, IPAddress? ClientAddress = null);
