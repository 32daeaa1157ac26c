using System.Buffers;
using Microsoft.Extensions.Options;

namespace Bouncer.Yarp;

internal sealed class YarpBouncerOptionsValidator : IValidateOptions<YarpBouncerOptions>
{
    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // Setting one of these would break the request.
    private static readonly string[] Framing =
        ["Connection", "Content-Length", "Content-Type", "Expect", "Host", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade"];

    public ValidateOptionsResult Validate(string? name, YarpBouncerOptions options) =>
        string.IsNullOrEmpty(options.VerdictHeaderName) || options.VerdictHeaderName.AsSpan().ContainsAnyExcept(TokenChars)
            ? ValidateOptionsResult.Fail($"YarpBouncerOptions.VerdictHeaderName '{options.VerdictHeaderName}' is not a valid header name.")
        : Framing.Contains(options.VerdictHeaderName, StringComparer.OrdinalIgnoreCase)
            ? ValidateOptionsResult.Fail($"YarpBouncerOptions.VerdictHeaderName '{options.VerdictHeaderName}' is a header that HTTP itself uses; choose another name.")
        : ValidateOptionsResult.Success;
}
