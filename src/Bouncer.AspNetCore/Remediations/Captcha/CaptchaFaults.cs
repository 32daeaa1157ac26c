using System.Collections.Concurrent;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>Which providers could not be asked lately. Says so in the log when it begins and when it ends. Safe for any
/// number of threads.</summary>
internal sealed class CaptchaFaults(TimeProvider time, ILogger<CaptchaFaults> logger)
{
    /// <summary>For how long the page shows another captcha after a fault, so that visitors need not meet it one by one.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<ICaptchaProvider, long> _since = new();

    internal bool IsRecent(ICaptchaProvider provider) =>
        _since.TryGetValue(provider, out var since) && time.GetElapsedTime(since) < Memory;

    internal void Add(ICaptchaProvider provider, string fault, Exception? exception)
    {
        var isFirst = !_since.ContainsKey(provider);
        _since[provider] = time.GetTimestamp();
        if (isFirst)
        {
            logger.CaptchaFault(exception, provider.Name, fault);
        }
        else
        {
            logger.CaptchaFaultAgain(exception, provider.Name, fault);
        }
    }

    internal void Clear(ICaptchaProvider provider)
    {
        if (!_since.IsEmpty && _since.TryRemove(provider, out _))
        {
            logger.CaptchaRecovered(provider.Name);
        }
    }
}
