namespace Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;

/// <summary>Stops asking a service that fails: after some failures in a row for a while, and then with one try at a time.
/// Safe for any number of threads.</summary>
internal sealed class CircuitBreaker(TimeProvider time)
{
    internal const int Failures = 5;

    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private int _failures;
    private long _lastTry;

    /// <summary>Whether to ask now.</summary>
    internal bool TryEnter()
    {
        lock (_gate)
        {
            if (_failures < Failures)
            {
                return true;
            }

            if (time.GetElapsedTime(_lastTry) < Pause)
            {
                return false;
            }

            _lastTry = time.GetTimestamp();
            return true;
        }
    }

    internal void Succeeded()
    {
        lock (_gate)
        {
            _failures = 0;
        }
    }

    internal void Failed()
    {
        lock (_gate)
        {
            _failures = Math.Min(_failures + 1, Failures);
            _lastTry = time.GetTimestamp();
        }
    }
}
