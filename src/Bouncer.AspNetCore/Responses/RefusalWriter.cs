using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Refuses a client in a form that it can read. The request's body is not read, and no part of the request appears in
/// the response.</summary>
internal sealed class RefusalWriter(IProblemDetailsService? problems = null)
{
    private const string NothingAllowed = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly StringValues Vary = $"{HeaderNames.Accept}, {HeaderNames.AcceptLanguage}";

    private readonly ProblemBody _problem = new(problems);
    private readonly HeaderCache<BodyFormat> _formats = new(AcceptNegotiation.Choose);

    /// <param name="http">The request.</param>
    /// <param name="refusal">The content of the refusal.</param>
    /// <param name="number">The number of seconds, minutes or hours to wait, if the refusal contains it.</param>
    internal ValueTask WriteAsync(HttpContext http, Refusal refusal, string number = "")
    {
        var response = http.Response;
        if (RequestKind.GrpcContentType(http.Request) is { } grpc)
        {
            GrpcRefusal.Write(response, grpc, refusal.GrpcStatus);
            return ValueTask.CompletedTask;
        }

        if (RequestKind.IsHandshake(http))
        {
            response.StatusCode = refusal.HandshakeStatus;
            return ValueTask.CompletedTask;
        }

        response.StatusCode = refusal.Problem.Status;
        response.Headers.Append(HeaderNames.Vary, Vary);
        switch (_formats.Read(http.Request.Headers.Accept))
        {
            case BodyFormat.Html:
                response.ContentType = "text/html; charset=utf-8";
                response.Headers.ContentSecurityPolicy = NothingAllowed;
                return refusal.Page(http, Reference.Of(http), number);
            case BodyFormat.Problem:
                return _problem.WriteAsync(http, refusal.Problem, Reference.Of(http));
            case BodyFormat.Text:
                response.ContentType = "text/plain; charset=utf-8";
                return refusal.Text.WriteAsync(response, number);
            default:
                return ValueTask.CompletedTask;
        }
    }
}
