using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Asks a provider itself whether it works, once a client has met a fault. Two probes that fail, some seconds apart,
/// prove that it does not; one that succeeds ends that. No client can do either: while a service says that it has too much to check,
/// visitors' checks wait until that is clear. A provider that the settings do not have any more
/// is left alone. Safe for any number of threads.</summary>
/// <param name="name">The provider's name.</param>
/// <param name="provider">The provider.</param>
/// <param name="health">What is known of it.</param>
/// <param name="settings">The settings in force.</param>
/// <param name="time">The clock.</param>
/// <param name="stopped">Ends with the application.</param>
internal sealed class ProviderProbe(
    string name, IProbedProvider provider, ProviderHealth health, HttpSettingsProvider settings, TimeProvider time, CancellationToken stopped)
{
    /// <summary>Between probes of a provider that is down, and before a provider that works is probed again.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>So long a service may go on limiting our probes alone before it counts as down: those that count do so by the minute.</summary>
    internal static readonly TimeSpan LongestLimit = TimeSpan.FromSeconds(70);

    private readonly Lock _gate = new();
    private volatile bool _isQuiet;
    private bool _isRunning;
    private long? _endedAt;

    /// <summary>Between the two probes: longer than a check takes. What one client's checks keep busy has none of them left then, as
    /// <see cref="CaptchaLimiter"/> gives a client that met a fault one at a time.</summary>
    /// <param name="timeout">How long a check takes at most.</param>
    internal static TimeSpan Apart(TimeSpan timeout) => timeout + TimeSpan.FromSeconds(1);

    /// <summary>Whether visitors' checks have to wait.</summary>
    internal bool IsQuiet => _isQuiet;

    /// <summary>A client has met a fault.</summary>
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

        // It belongs to no request.
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
            // The application ends.
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

    /// <summary>Asks until it is clear whether the provider works, once a probe has failed.</summary>
    /// <returns>What proves that it does not; null if it does.</returns>
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

            // The first one that says so may have met visitors' checks.
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

    /// <returns>Why solutions cannot be checked; null if they can, or need not be.</returns>
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
