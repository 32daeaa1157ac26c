namespace Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;

/// <summary>Stops asking a service that fails: after some failures in a row, of several clients or of a probe of ours, for a while,
/// and then with one try at a time. Safe for any number of threads.</summary>
internal sealed class CircuitBreaker(TimeProvider time)
{
    internal const int Failures = 5;

    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly HashSet<ClientKey> _clients = [];
    private bool _isProven;
    private int _failures;
    private long _lastTry;

    /// <summary>Whether to ask now.</summary>
    internal bool TryEnter()
    {
        lock (_gate)
        {
            if (_failures < Failures || !(_isProven || _clients.Count >= CaptchaFaults.Clients))
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
            _isProven = false;
            _clients.Clear();
        }
    }

    /// <param name="client">Who met the failure; null for a probe of ours.</param>
    internal void Failed(ClientKey? client)
    {
        lock (_gate)
        {
            _failures = Math.Min(_failures + 1, Failures);
            _isProven |= client is null;
            if (client is { } met && _clients.Count < CaptchaFaults.Clients)
            {
                _clients.Add(met);
            }

            _lastTry = time.GetTimestamp();
        }
    }
}
