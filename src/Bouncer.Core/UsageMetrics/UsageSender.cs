using Bouncer.Lapi;
using Bouncer.Sync;
using Microsoft.Extensions.Logging;

namespace Bouncer.UsageMetrics;

/// <summary>Sends reports, one after another: a report that LAPI did not confirm is sent again as it is, and what was counted since then
/// waits for the next one. Not thread-safe.</summary>
internal sealed class UsageSender(
    ILapiClient lapi,
    SettingsInUse settings,
    UsageReport report,
    UsageWindow window,
    LapiQuestions questions,
    TimeProvider time,
    ILogger<UsageSender> logger)
{
    /// <summary>How long a LAPI that takes no reports is left alone, unless it was updated.</summary>
    private static readonly TimeSpan RefusalPause = TimeSpan.FromHours(6);

    private ReadOnlyMemory<byte>? _unconfirmed;
    private (string Lapi, LapiAbility Ability, long Since)? _refused;
    private bool _isFailing;
    private bool _isNotTaken;

    /// <summary>Discards what was counted.</summary>
    internal void Skip()
    {
        window.Take();
        _unconfirmed = null;
    }

    /// <summary>Sends the report that was not confirmed, and then a new one.</summary>
    /// <param name="interval">The time until the next call, for the log.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task SendAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        if (IsLeftAlone)
        {
            return;
        }

        if (_unconfirmed is null || await IsConfirmedAsync(interval, cancellationToken).ConfigureAwait(false))
        {
            _unconfirmed = report.Write();
            await IsConfirmedAsync(interval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what is left, if anything was counted.</summary>
    internal async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (!IsLeftAlone && (_unconfirmed is not null || window.HasCounted))
        {
            await SendAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsLeftAlone =>
        _refused is var (refusing, ability, since) && settings.Current.Identity == refusing && questions.Known == ability && time.GetElapsedTime(since) < RefusalPause;

    /// <returns>Whether a new report may follow.</returns>
    private async Task<bool> IsConfirmedAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        _refused = null;
        try
        {
            await lapi.ReportUsageAsync(_unconfirmed!.Value, cancellationToken).ConfigureAwait(false);
            (_unconfirmed, _isFailing, _isNotTaken) = (null, false, false);
            return true;
        }
        catch (LapiException failure) when (failure.Kind == LapiErrorKind.NotOffered)
        {
            // It would be refused each time.
            _unconfirmed = null;
            logger.UsageRefused(failure.Message);
            return false;
        }
        catch (LapiException failure) when (failure.Kind == LapiErrorKind.NotFound)
        {
            _refused = (settings.Current.Identity, questions.Known, time.GetTimestamp());
            if (!_isNotTaken)
            {
                logger.UsageNotTaken(RefusalPause);
            }

            _isNotTaken = true;
            return false;
        }
        catch (LapiException failure)
        {
            if (!_isFailing)
            {
                logger.UsageFailed(failure.Message, interval);
            }

            _isFailing = true;
            return false;
        }
    }
}
