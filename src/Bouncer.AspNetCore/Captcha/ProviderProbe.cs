using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Probes a provider once a client has met a fault. Two failed probes, some seconds apart, prove that it is down; one that
/// succeeds ends that. Clients can cause neither: while a service reports too many checks, visitors' checks wait until the cause is
/// clear. A provider that is no longer in the settings is not probed. Thread-safe.</summary>
/// <param name="name">The provider's name.</param>
/// <param name="provider">The provider.</param>
/// <param name="health">The provider's health.</param>
/// <param name="settings">The settings in effect.</param>
/// <param name="time">The clock.</param>
/// <param name="stopped">Canceled when the application stops.</param>
internal sealed class ProviderProbe(
    string name, IProbedProvider provider, ProviderHealth health, HttpSettingsProvider settings, TimeProvider time, CancellationToken stopped)
{
    /// <summary>The time between probes of a provider that is down, and before a provider that works is probed again.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>How long a service may limit the probes alone before it counts as down: services that limit do so by the
    /// minute.</summary>
    internal static readonly TimeSpan LongestLimit = TimeSpan.FromSeconds(70);

    private readonly Lock _gate = new();
    private volatile bool _isQuiet;
    private bool _isRunning;
    private long? _endedAt;

    /// <summary>The time between the two probes: longer than a check takes. None of the checks with which one client keeps the
    /// provider busy remains by then, as <see cref="CaptchaLimiter"/> gives a client that met a fault one at a time.</summary>
    /// <param name="timeout">The longest time that a check takes.</param>
    internal static TimeSpan Apart(TimeSpan timeout) => timeout + TimeSpan.FromSeconds(1);

    /// <summary>Whether visitors' checks have to wait.</summary>
    internal bool IsQuiet => _isQuiet;

    /// <summary>Records that a client met a fault.</summary>
    internal void Suspect()
    {
        lock (_gate)
        {
            if (_isRunning || stopped.IsCancellationRequested || (_endedAt is { } at && time.GetElapsedTime(at) < Pause))
            {
                return;
            }

            _isRunning = true;
        }

        // The probe does not belong to a request.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(RunAsync, CancellationToken.None);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            if (await AskAsync() is { } first && await AskAgainAsync(first) is { } fault)
            {
                health.Prove(fault);
                do
                {
                    await Task.Delay(Pause, time, stopped);
                }
                while (await AskAsync() is not null);
            }

            if (IsInUse)
            {
                health.Recover();
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // The application stops.
        }
        finally
        {
            lock (_gate)
            {
                _isQuiet = false;
                _isRunning = false;
                _endedAt = time.GetTimestamp();
            }
        }
    }

    /// <summary>Probes until it is clear whether the provider works, after a probe has failed.</summary>
    /// <returns>The fault that proves that it is down; null if it works.</returns>
    private async Task<string?> AskAgainAsync(string fault)
    {
        var pause = Apart(Settings.Timeout);
        for (var waited = TimeSpan.Zero; ; pause = Pause)
        {
            _isQuiet = fault == CaptchaFaults.Limited;
            await Task.Delay(pause, time, stopped);
            waited += pause;
            if (await AskAsync() is not { } again)
            {
                return null;
            }

            // The first probe that gets this answer may have met visitors' checks.
            if (again != CaptchaFaults.Limited || waited > LongestLimit)
            {
                _isQuiet = false;
                return again;
            }

            fault = again;
        }
    }

    private CaptchaSettings Settings => settings.Current.Of<CaptchaSettings>();

    private bool IsInUse => Settings.Providers.TryGetValue(name, out var known) && known.Provider == provider;

    /// <returns>Why solutions cannot be checked; null if they can, or if the provider need not be probed.</returns>
    private async Task<string?> AskAsync()
    {
        if (!IsInUse)
        {
            return null;
        }

        using var deadline = new CancellationTokenSource(Settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopped);
        try
        {
            return await provider.ProbeAsync(either.Token);
        }
        catch (Exception) when (!stopped.IsCancellationRequested)
        {
            return "exception";
        }
    }
}
