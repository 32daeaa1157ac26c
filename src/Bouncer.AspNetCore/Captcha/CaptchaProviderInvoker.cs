using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;


namespace Bouncer.AspNetCore.Captcha;

/// <summary>Calls providers and enforces their contract: a deadline, no exceptions, and no pass unless it is explicit.</summary>
internal sealed class CaptchaProviderInvoker(TimeProvider time, BouncerHttpMetrics metrics)
{
    /// <summary>The greatest length of a solution that is checked.</summary>
    private const int LongestSolution = 16 * 1024;

    /// <summary>The context of a captcha: its client and purpose.</summary>
    /// <param name="context">The request.</param>
    /// <param name="task">The policy's requirement.</param>
    /// <param name="referral">The client, if it is not the sender of the request.</param>
    internal static CaptchaContext ContextOf(in RemediationContext context, CaptchaRequirement task, Referral? referral = null) => new(
        context.HttpContext,
        referral?.Client ?? ClientKey.Of(context.ClientAddress),
        RequestHost.NameOf(context.HttpContext.Request),
        CaptchaAction.Of(context.PolicyName),
        task.Difficulty,
        context.ClientAddress);

    /// <summary>Issues a challenge.</summary>
    /// <returns>The challenge as JSON; null if the provider issues none or fails.</returns>
    internal async ValueTask<string?> SetAsync(NamedProvider provider, CaptchaContext context, TimeSpan timeout)
    {
        try
        {
            var task = await InTimeAsync(provider, cancellation => provider.Provider.ChallengeAsync(context, cancellation), context, timeout);
            metrics.Challenge(provider.Name, ChallengeOutcome.Issued);
            return task;
        }
        catch (Exception error) when (!context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            Fail(provider, context, error is OperationCanceledException ? "timeout" : "exception", error);
            return null;
        }
    }

    /// <summary>Checks a solution.</summary>
    internal async ValueTask<CaptchaVerdict> CheckAsync(NamedProvider provider, CaptchaContext context, string solution, TimeSpan timeout)
    {
        if (solution.Length > LongestSolution)
        {
            metrics.Challenge(provider.Name, ChallengeOutcome.Failed);
            return default;
        }

        if (provider.IsOpen || provider.IsQuiet)
        {
            metrics.Challenge(provider.Name, ChallengeOutcome.Fault);
            return new CaptchaVerdict(IsSolved: false, Fault: provider.IsOpen ? CaptchaFaults.Open : CaptchaFaults.Busy);
        }

        try
        {
            var verdict = await InTimeAsync(provider, cancellation => provider.Provider.VerifyAsync(context, solution, cancellation), context, timeout);
            if (verdict.Fault is { } fault)
            {
                Fail(provider, context, fault, null);
                return verdict with { IsSolved = false };
            }

            // A rejection does not show that the provider works: providers may reject without a call to their service.
            if (verdict.IsSolved)
            {
                provider.Confirm();
            }

            metrics.Challenge(provider.Name, verdict.IsSolved ? ChallengeOutcome.Solved : ChallengeOutcome.Failed);
            return verdict;
        }
        catch (Exception error) when (!context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            var fault = error is OperationCanceledException ? "timeout" : "exception";
            Fail(provider, context, fault, error);
            return new CaptchaVerdict(IsSolved: false, Fault: fault);
        }
    }

    /// <remarks>A provider that ignores its cancellation token is not waited for. One that can be probed continues after the
    /// visitor has left, as its service does: a client must not have more checks there than here.</remarks>
    private async Task<T> InTimeAsync<T>(NamedProvider provider, Func<CancellationToken, ValueTask<T>> ask, CaptchaContext context, TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        if (provider.IsProbed)
        {
            return await ask(deadline.Token);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.HttpContext.RequestAborted);
        return await ask(either.Token).AsTask().WaitAsync(either.Token);
    }

    private void Fail(NamedProvider provider, CaptchaContext context, string fault, Exception? error)
    {
        metrics.Challenge(provider.Name, ChallengeOutcome.Fault);
        if (fault != CaptchaFaults.Busy)
        {
            provider.Meet(context.Client, fault, error);
        }
    }
}
