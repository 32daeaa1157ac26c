using Bouncer.AspNetCore;

/// <summary>Asks clients to accept the rules of the site: <c>cscli decisions add --ip 192.0.2.10 --type rules</c>.</summary>
internal sealed class RulesChallenge : IChallengeHandler
{
    public static Bouncer.Remediation Remediation { get; } = new("rules");

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        if (context.HasClearance(Remediation))
        {
            return RemediationResult.Cleared;
        }

        if (!context.IsNavigation)
        {
            return await context.RefuseAsync(StatusCodes.Status403Forbidden, "Accept the rules of this site in a browser first.");
        }

        context.HttpContext.Response.Redirect(context.LinkTo("/rules"));
        return RemediationResult.Handled;
    }
}
