using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Sites;

/// <summary>Signs in whom the header names: <c>alice; amr=mfa; auth_time=1767225600</c>. A challenge tells what it was asked.</summary>
internal sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, HeaderAuthentication.Calls calls)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    internal const string Header = "X-User";

    internal static void Add(IServiceCollection services, string scheme = "test")
    {
        services.AddSingleton<Calls>();
        services.AddAuthentication(scheme).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(scheme, null);
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        calls.Made++;
        if (Request.Headers[Header] is not [{ } text])
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var parts = text.Split("; ");
        var claims = parts.Skip(1).Select(part => part.Split('=', 2)).Select(pair => new Claim(pair[0], pair[1]));
        var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim("name", parts[0]), new Claim("sub", "id-of-" + parts[0]), .. claims], "test"));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(user, Scheme.Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = 302;
        Response.Headers.Location =
            $"/login?scheme={Scheme.Name}&back={Uri.EscapeDataString(properties.RedirectUri!)}&acr={properties.GetParameter<string>("acr_values")}&age={properties.GetParameter<TimeSpan?>("max_age")}";
        return Task.CompletedTask;
    }

    internal sealed class Calls
    {
        internal int Made { get; set; }
    }
}
