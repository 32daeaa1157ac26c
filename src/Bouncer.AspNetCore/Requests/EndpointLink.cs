using Microsoft.AspNetCore.Http.Extensions;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Creates links to the bouncer's endpoints.</summary>
internal static class EndpointLink
{
    internal static string Of(in RemediationContext context, string path)
    {
        if (path is not ['/', ..])
        {
            throw new ArgumentException($"The path of an endpoint must begin with a slash; '{path}' does not.", nameof(path));
        }

        var query = new QueryBuilder();
        if (context.PolicyName is { } policy)
        {
            query.Add(IBouncerEndpoint.PolicyParameter, policy);
        }

        if (context.Services.Referrals.Write(context) is { Length: > 0 } referral)
        {
            query.Add(IBouncerEndpoint.ReferralParameter, referral);
        }

        query.Add(IBouncerEndpoint.ReturnParameter, context.ReturnPath);
        return context.HttpContext.Request.PathBase.ToUriComponent() + context.Settings.Options.PathPrefix + path + query.ToString();
    }
}
