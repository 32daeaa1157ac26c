using Bouncer.AspNetCore.Captcha.Waiting;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Serves the page at its own address, and receives its form. Forwards a client that need not solve anything at
/// once.</summary>
internal sealed class CaptchaEndpoint(
    ClearanceCookie clearance, CaptchaPageRenderer renderer, CaptchaProviderInvoker invoker, CaptchaLimiter limiter, Referrals referrals, WaitingRoom waiting, TimeProvider time, IProblemDetailsService? problems = null) : IBouncerEndpoint
{
    private static readonly Problem NotShown = Problem.Of(
        StatusCodes.Status403Forbidden, "This page is for the window of a browser: open its address there. It cannot be fetched, framed or loaded in advance.");

    private readonly ProblemBody _problem = new(problems);

    public string Path => CaptchaLinks.PagePath;

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        var request = context.HttpContext.Request;
        if (HttpMethods.IsPost(request.Method))
        {
            await SolveAsync(context);
        }
        else if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            context.HttpContext.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.HttpContext.Response.Headers.Allow = "GET, HEAD, POST";
        }
        else if (!RequestKind.IsNavigation(request))
        {
            // Embedded as an image in a foreign page it would use up the visitor's challenges and waits.
            context.HttpContext.Response.StatusCode = NotShown.Status;
            await _problem.WriteAsync(context.HttpContext, NotShown, Reference.Of(context.HttpContext));
        }
        else
        {
            await ShowAsync(context, ReturnOf(context, request.Query[IBouncerEndpoint.ReturnParameter]));
        }

        return RemediationResult.Handled;
    }

    private ValueTask ShowAsync(in RemediationContext context, string returnPath)
    {
        // All clients without an address count as one, so nothing would limit how often they wait.
        if (SettingsOf(context).Wait is { } wait && context.ClientAddress is not null && context.HttpContext.Request.Query[CaptchaLinks.WaitField] is [{ } ticket])
        {
            return waiting.ReceiveAsync(context, wait, ticket, returnPath, MayGoOn(context));
        }

        if (MayGoOn(context))
        {
            GoOn(context, returnPath);
            return ValueTask.CompletedTask;
        }

        return renderer.ShowAsync(context, returnPath, notice: null);
    }

    private async ValueTask SolveAsync(RemediationContext context)
    {
        var http = context.HttpContext;
        if (!RequestOrigin.IsSame(http.Request))
        {
            return;
        }

        // Checked before the body is read.
        if (!limiter.MaySolve(context))
        {
            CaptchaLimiter.Refuse(http.Response);
            return;
        }

        if (await CaptchaForm.ReadAsync(http, time) is not { } form)
        {
            return;
        }

        var returnPath = ReturnOf(context, form[IBouncerEndpoint.ReturnParameter]);
        var client = ClientKey.Of(context.ClientAddress);
        var referral = ReferralOf(context, form);
        var isForAnother = referral is { } shown && shown.Client != client;
        if (!isForAnother && MayGoOn(context))
        {
            GoOn(context, returnPath);
            return;
        }

        var holderKey = referral?.Client ?? client;
        var provider = ProviderOf(context, form);
        if (!limiter.MayAsk(provider, client) || !limiter.TryBeginCheck(client, holderKey, SettingsOf(context).Timeout))
        {
            CaptchaLimiter.Refuse(http.Response);
            return;
        }

        CaptchaVerdict verdict = default;
        try
        {
            verdict = await invoker.CheckAsync(
                provider, CaptchaProviderInvoker.ContextOf(context, TaskOf(context), referral), SolutionOf(form, provider) ?? "", SettingsOf(context).Timeout);
        }
        finally
        {
            limiter.EndCheck(client, holderKey, SettingsOf(context).Timeout, verdict.Fault);
        }

        if (!verdict.IsSolved)
        {
            await renderer.ShowAsync(context, returnPath, verdict.Fault is null ? "failed" : CaptchaPageRenderer.Unavailable);
            return;
        }

        var now = time.GetUtcNow();
        var from = verdict.IssuedAt is { } issued && issued < now ? issued : now;
        var holder = isForAnother ? referral!.Value.Holder : ClearanceHolder.Of(context);
        if (clearance.Grant(http, holder, ClearanceLevel.Captcha, from, SettingsOf(context).ClearanceLifetime, task: TaskOf(context).Name)
            || holder.DecisionEndsAt <= now)
        {
            GoOn(context, returnPath);
            return;
        }

        await renderer.ShowAsync(context, returnPath, "late");
    }

    /// <summary>The client to which the page was shown: a visitor with an IPv4 and an IPv6 address may send the solution from
    /// either.</summary>
    private Referral? ReferralOf(in RemediationContext context, IFormCollection form)
    {
        var request = context.HttpContext.Request;
        return referrals.Read(request, context.PolicyName, form[IBouncerEndpoint.ReferralParameter]) ?? referrals.Read(request, context.PolicyName);
    }

    /// <summary>The policy's provider, or its stand-in while it is down: challenges issued during an outage are worthless after
    /// it.</summary>
    private static NamedProvider ProviderOf(in RemediationContext context, IFormCollection form)
    {
        var provider = TaskOf(context).Provider;
        return SolutionOf(form, provider) is null
            && provider.TakesStandIn
            && SettingsOf(context).StandInFor(provider) is { } local
            && SolutionOf(form, local) is not null ? local : provider;
    }

    private static CaptchaSettings SettingsOf(in RemediationContext context) => context.Settings.Of<CaptchaSettings>();

    private static CaptchaRequirement TaskOf(in RemediationContext context) => SettingsOf(context).Of(context.PolicyName);

    private bool MayGoOn(in RemediationContext context) =>
        context.Remediation.IsNone || clearance.Holds(context, ClearanceLevel.Captcha, task: TaskOf(context).Name);

    private static string ReturnOf(in RemediationContext context, string? path) =>
        ReturnPath.Local(path, context.HttpContext.Request, SettingsOf(context).PathPrefix);

    private static string? SolutionOf(IFormCollection form, NamedProvider provider) =>
        form[provider.Widget.Field] is [{ Length: > 0 } solution] ? solution : null;

    internal static void GoOn(in RemediationContext context, string path)
    {
        context.HttpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.HttpContext.Response.Headers.Location = path;
    }
}
