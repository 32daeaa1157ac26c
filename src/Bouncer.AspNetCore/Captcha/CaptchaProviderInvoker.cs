using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;


namespace Bouncer.AspNetCore.Captcha;

/// <summary>Asks providers, and holds them to what they promise: a deadline, no exception, no pass but a clear one.</summary>
internal sealed class CaptchaProviderInvoker(TimeProvider time, BouncerHttpMetrics metrics)
{
    /// <summary>The longest solution that is looked at.</summary>
    private const int LongestSolution = 16 * 1024;

    /// <summary>For whom a captcha is, and what for.</summary>
    /// <param name="context">The request.</param>
    /// <param name="task">What is asked.</param>
    /// <param name="referral">For whom, if that is not who sends the request.</param>
    internal static CaptchaContext ContextOf(in RemediationContext context, CaptchaRequirement task, Referral? referral = null) => new(
        context.HttpContext,
        referral?.Client ?? ClientKey.Of(context.ClientAddress),
        RequestHost.NameOf(context.HttpContext.Request),
        CaptchaAction.Of(context.PolicyName),
        task.Difficulty,
        context.ClientAddress);

    /// <summary>Sets a task.</summary>
    /// <returns>The task as JSON; null if the provider sets none, or cannot.</returns>
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

            // A no is no sign of life: providers give it without asking anybody.
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

    /// <remarks>A provider that does not heed its token is left alone with its work. One that we can probe goes on when the visitor
    /// has left: its service does, and a client must not have more checks there than it has here.</remarks>
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
