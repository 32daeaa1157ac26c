using System.Globalization;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha.Waiting;

/// <summary>Lets clients without scripts continue once they have waited: they get a ticket and present it again. Only used
/// tickets are stored. Thread-safe.</summary>
internal sealed class WaitingRoom(
    Referrals referrals,
    WaitTickets tickets,
    WaitBounds bounds,
    CaptchaProviders providers,
    WaitProvider provider,
    CaptchaProviderInvoker invoker,
    ClearanceCookie clearance,
    TimeProvider time,
    BouncerHttpMetrics metrics)
{
    /// <summary>The greatest difference between the clocks of two replicas.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private readonly NamedProvider _provider = providers.Name(WaitProvider.Name, provider);

    /// <summary>Handles a request of a client that waits or begins to.</summary>
    /// <param name="context">The request, whose response has not started; its client has an address.</param>
    /// <param name="wait">How long clients wait.</param>
    /// <param name="text">The ticket; empty for a client that begins.</param>
    /// <param name="returnPath">Where the client goes afterwards.</param>
    /// <param name="mayGoOn">Whether the sender need not wait.</param>
    internal async ValueTask ReceiveAsync(RemediationContext context, TimeSpan wait, string text, string returnPath, bool mayGoOn)
    {
        var request = context.HttpContext.Request;
        var sender = ClientKey.Of(context.ClientAddress);
        if (!bounds.MayAsk(sender, out var freeIn))
        {
            // The ticket is not opened. The page tries again later.
            var unread = SealedText.IsOne(text, WaitTickets.LongestText) ? text : "";
            await ShowFullAsync(new WaitVisit(context, sender, wait, referrals.Write(context), returnPath, mayGoOn), unread, freeIn);
            return;
        }

        // The page may be shown to one address of a visitor and reloaded from another.
        var shown = referrals.Read(request, context.PolicyName);
        var isOver = text == CaptchaLinks.Waited;
        var ticket = isOver ? null : tickets.Read(request, context.PolicyName, text);
        var referral = shown is null ? referrals.Write(context) : request.Query[IBouncerEndpoint.ReferralParameter].ToString();
        var visit = new WaitVisit(context, sender, wait, referral, returnPath, mayGoOn);
        if (isOver)
        {
            // A browser that does not keep cookies would wait forever.
            await (mayGoOn || request.Cookies.ContainsKey(ClearanceCookie.NameFor(request, shown?.Client ?? sender)) ? GoOnAsync(visit) : ShowNoticeAsync(visit, WaitView.NoCookie));
        }
        else if (mayGoOn && ((ticket?.Referral ?? shown)?.Client ?? sender) == sender)
        {
            await GoOnAsync(visit);
        }
        else if (HttpMethods.IsHead(request.Method))
        {
            await ShowWaitAsync(visit, text, wait);
        }
        else if (ticket is { } brought && IsOfUse(visit, brought))
        {
            await UseAsync(visit, brought, text);
        }
        else
        {
            if (text.Length > 0)
            {
                metrics.Challenge(WaitProvider.Name, ChallengeOutcome.Failed);
            }

            await BeginAsync(visit, ticket is { } old && time.GetUtcNow() < old.NamesClientUntil ? old.Referral : shown, isAgain: text.Length > 0);
        }
    }

    /// <summary>Whether a ticket can be redeemed, now or once the wait is over.</summary>
    private bool IsOfUse(in WaitVisit visit, in WaitTicket ticket)
    {
        var now = time.GetUtcNow();
        return ticket.Since <= now + ClockSkew
            && now < ticket.EndsAt
            && (ticket.Referral.Client != visit.Sender || (visit.Context.Verdict.Decision?.Id ?? 0) <= ticket.Referral.DecisionId);
    }

    private async ValueTask UseAsync(WaitVisit visit, WaitTicket ticket, string text)
    {
        var now = time.GetUtcNow();
        if (!ticket.IsReady(now, visit.Wait))
        {
            await ShowWaitAsync(visit, text, ticket.Since + visit.Wait - now);
            return;
        }

        var client = ticket.Referral.Client;
        if (!bounds.TryPass(client, out var freeIn))
        {
            await ShowFullAsync(visit, text, freeIn);
            return;
        }

        var settings = SettingsOf(visit);
        var task = settings.Of(visit.Context.PolicyName);
        var verdict = await invoker.CheckAsync(_provider, CaptchaProviderInvoker.ContextOf(visit.Context, task, ticket.Referral), text, settings.Timeout);
        var holder = client == visit.Sender ? ClearanceHolder.Of(visit.Context) : ticket.Referral.Holder;
        if (verdict.IsSolved
            && clearance.Grant(visit.Context.HttpContext, holder, ClearanceLevel.Captcha, verdict.IssuedAt ?? now, settings.ClearanceLifetime, task: task.Name))
        {
            bounds.EndWait(client);
            CaptchaEndpoint.GoOn(visit.Context, LinkTo(visit, CaptchaLinks.Waited));
            return;
        }

        bounds.TakeBackPass(client);
        await (verdict.Fault is not null ? ShowNoticeAsync(visit, CaptchaPageRenderer.Unavailable, text)
            : visit.MayGoOn || holder.DecisionEndsAt <= now ? GoOnAsync(visit)
            : BeginAsync(visit, ticket.Referral, isAgain: true));
    }

    /// <summary>Begins a wait. The ticket is part of the address to which the client is redirected, so that reloading the page
    /// does not restart the wait.</summary>
    private async ValueTask BeginAsync(WaitVisit visit, Referral? of, bool isAgain)
    {
        var referral = of is { } other && other.Client != visit.Sender
            ? other with { IssuedAt = time.GetUtcNow().ToUnixTimeMilliseconds() }
            : referrals.Of(visit.Context);
        if (!bounds.TryOpen(referral.Client, out var freeIn))
        {
            await ShowFullAsync(visit, "", freeIn);
            return;
        }

        metrics.Challenge(WaitProvider.Name, ChallengeOutcome.Issued);
        var text = tickets.Write(referral, visit.Wait);
        if (isAgain)
        {
            await ShowWaitAsync(visit, text, visit.Wait, isAgain: true);
        }
        else
        {
            CaptchaEndpoint.GoOn(visit.Context, LinkTo(visit, text));
        }
    }

    private static ValueTask GoOnAsync(in WaitVisit visit)
    {
        CaptchaEndpoint.GoOn(visit.Context, visit.ReturnPath);
        return ValueTask.CompletedTask;
    }

    private static ValueTask ShowFullAsync(in WaitVisit visit, string ticket, TimeSpan freeIn)
    {
        var response = visit.Context.HttpContext.Response;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = ((long)Math.Ceiling(freeIn.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return ShowNoticeAsync(visit, WaitView.Full, ticket, freeIn);
    }

    private static ValueTask ShowNoticeAsync(in WaitVisit visit, string notice, string ticket = "", TimeSpan freeIn = default) =>
        WaitPageWriter.WriteAsync(visit.Context.HttpContext, SettingsOf(visit).WaitPage, new WaitView(LinkTo(visit, ticket), PageOf(visit), visit.Wait, freeIn, notice));

    private static ValueTask ShowWaitAsync(in WaitVisit visit, string ticket, TimeSpan left, bool isAgain = false) =>
        WaitPageWriter.WriteAsync(visit.Context.HttpContext, SettingsOf(visit).WaitPage, new WaitView(LinkTo(visit, ticket), PageOf(visit), visit.Wait, left, isAgain ? WaitView.Again : null, IsWaiting: true));

    private static string LinkTo(in WaitVisit visit, string ticket) => CaptchaLinks.Wait(
        visit.Context.HttpContext.Request, SettingsOf(visit).PathPrefix, visit.Context.PolicyName, visit.Referral, visit.ReturnPath, ticket);

    private static CaptchaSettings SettingsOf(in WaitVisit visit) => visit.Context.Settings.Of<CaptchaSettings>();

    private static string PageOf(in WaitVisit visit) => CaptchaLinks.PageWithReturn(
        visit.Context.HttpContext.Request, SettingsOf(visit).PathPrefix, visit.Context.PolicyName, visit.Referral, visit.ReturnPath);
}
