using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Hosting;

/// <summary>Detects requests that are answered without passing the bouncer, because it is placed after what answers, or in a
/// branch. Warns once. Examines the first requests, then one a second, as an examination costs allocations.</summary>
internal sealed class UncheckedRequestMonitor(UncheckedRequestRules rules, BouncerPipelineStatus status, ILogger<UncheckedRequestMonitor> logger)
{
    private readonly AsyncLocal<Look?> _look = new();
    private readonly LookBudget _budget = new();

    internal RequestDelegate Before(RequestDelegate next) => context => NeedsLook() || NeedsLookAtPage(context) ? LookAsync(context, next) : next(context);

    /// <summary>Records that the current request is a health probe, and so not a visitor's.</summary>
    internal void NoteProbe()
    {
        if (_look.Value is { } look)
        {
            look.IsProbe = true;
        }
    }

    /// <summary>Looks for endpoints that are placed before the bouncer, which is known as soon as the application is
    /// complete.</summary>
    internal void LookAtEndpoints()
    {
        if (rules.FindInFront() is { } endpoint)
        {
            Found(UncheckedRequestRules.NameOf(endpoint));
        }
    }

    private bool NeedsLook() => !status.HasUncheckedRequests && _budget.IsDue;

    // Such requests are few, and each is from a visitor who waits for a page.
    private bool NeedsLookAtPage(HttpContext context) => !status.HasUnreachableEndpoints && rules.MayLosePage(context);

    private async Task LookAsync(HttpContext context, RequestDelegate next)
    {
        _budget.Take();
        var look = new Look(this, context, NeedsLookAtPage(context));
        _look.Value = look;

        // A stream may last for hours, or end with its client; what it is shows when it begins.
        context.Response.OnStarting(
            static begun =>
            {
                ((Look)begun).Judge(thrown: false);
                return Task.CompletedTask;
            },
            look);
        try
        {
            await next(context);
        }
        catch (Exception) when (look.Judge(thrown: true))
        {
            throw;
        }

        look.Judge(thrown: false);
    }

    private void FoundPage(PathString path)
    {
        if (!status.HasUnreachableEndpoints)
        {
            status.HasUnreachableEndpoints = true;
            logger.OwnPageLost(path);
        }
    }

    private void Found(string where)
    {
        if (!status.HasUncheckedRequests)
        {
            status.HasUncheckedRequests = true;
            logger.PassedBy(where);
        }
    }

    /// <summary>The examination of one request, which is judged once: when its response starts, or when it is over.</summary>
    private sealed class Look(UncheckedRequestMonitor watch, HttpContext context, bool isOfPage)
    {
        private bool _isJudged;

        internal bool IsProbe { get; set; }

        /// <returns>False, so that it can be used in an exception filter.</returns>
        internal bool Judge(bool thrown)
        {
            var isAnswered = context.Response.HasStarted || !context.RequestAborted.IsCancellationRequested;
            if (!_isJudged && !IsProbe && isAnswered)
            {
                watch.Judge(context, thrown && !context.Response.HasStarted ? StatusCodes.Status500InternalServerError : context.Response.StatusCode, isOfPage);
            }

            _isJudged = true;
            return false;
        }
    }

    private void Judge(HttpContext context, int code, bool isOfPage)
    {
        if (isOfPage && UncheckedRequestRules.IsPageLost(context, code))
        {
            FoundPage(context.Request.Path);
        }

        if (rules.PassedBy(context, code) is { } where)
        {
            Found(where);
        }
    }
}
