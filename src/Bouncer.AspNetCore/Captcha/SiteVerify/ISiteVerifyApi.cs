using Refit;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>The verification call that captcha services have in common, in its two forms. Responses are not read: the caller
/// limits them.</summary>
internal interface ISiteVerifyApi
{
    /// <summary>Calls the service with a form.</summary>
    /// <param name="endpoint">The absolute address.</param>
    /// <param name="question">The question, including the secret.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [Post("")]
    [Headers("Accept: application/json")]
    Task<HttpResponseMessage> AskAsync(
        [Url] Uri endpoint, [Body(BodySerializationMethod.UrlEncoded)] SiteVerifyQuestion question, CancellationToken cancellationToken);

    /// <summary>Calls the service with JSON, and the secret in a header.</summary>
    /// <param name="endpoint">The absolute address.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="question">The question, without the secret. Buffered, so that its length is sent.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    [Post("")]
    [Headers("Accept: application/json")]
    Task<HttpResponseMessage> AskWithKeyAsync(
        [Url] Uri endpoint, [Header("X-API-Key")] string secret, [Body(buffered: true)] SiteVerifyQuestion question, CancellationToken cancellationToken);
}
