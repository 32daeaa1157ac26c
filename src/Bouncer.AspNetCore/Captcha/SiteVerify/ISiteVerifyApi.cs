using Refit;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>The call that captcha services have in common, in its two forms. Answers are not read: the caller bounds them.</summary>
internal interface ISiteVerifyApi
{
    /// <summary>Asks with a form.</summary>
    /// <param name="endpoint">The whole address.</param>
    /// <param name="question">The question, with the secret.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("")]
    [Headers("Accept: application/json")]
    Task<HttpResponseMessage> AskAsync(
        [Url] Uri endpoint, [Body(BodySerializationMethod.UrlEncoded)] SiteVerifyQuestion question, CancellationToken cancellationToken);

    /// <summary>Asks with JSON, and the secret in a header.</summary>
    /// <param name="endpoint">The whole address.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="question">The question, without the secret. Buffered, so that its length is told.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("")]
    [Headers("Accept: application/json")]
    Task<HttpResponseMessage> AskWithKeyAsync(
        [Url] Uri endpoint, [Header("X-API-Key")] string secret, [Body(buffered: true)] SiteVerifyQuestion question, CancellationToken cancellationToken);
}
