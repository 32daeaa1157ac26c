using System.Diagnostics;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Verbs;

/// <summary>A thread that asks for one address after the other and times each lookup, until it is stopped.</summary>
internal sealed class SlowestLookup
{
    private readonly HeldStore _held;
    private readonly IpKey[] _addresses;
    private readonly Thread _thread;
    private volatile bool _isStopped;
    private long _slowest;

    private SlowestLookup(HeldStore held, IpKey[] addresses)
    {
        _held = held;
        _addresses = addresses;
        _thread = new Thread(Watch) { IsBackground = true };
    }

    /// <summary>Returns when the thread has asked for the first time.</summary>
    internal static SlowestLookup Start(HeldStore held, IpKey[] addresses)
    {
        var watch = new SlowestLookup(held, addresses);
        watch._thread.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref watch._slowest) > 0);
        return watch;
    }

    /// <summary>Watches for a time in which nothing else happens.</summary>
    internal static double Microseconds(HeldStore held, IpKey[] addresses, TimeSpan time)
    {
        var watch = Start(held, addresses);
        Thread.Sleep(time);
        return watch.Stop();
    }

    /// <returns>The slowest lookup, in microseconds; what the operating system took from the thread is in it.</returns>
    internal double Stop()
    {
        _isStopped = true;
        _thread.Join();
        return _slowest * 1e6 / Stopwatch.Frequency;
    }

    private void Watch()
    {
        var hits = 0L;
        while (!_isStopped)
        {
            foreach (var address in _addresses)
            {
                var start = Stopwatch.GetTimestamp();
                hits += _held.IsHit(address) ? 1 : 0;
                _slowest = Math.Max(_slowest, Stopwatch.GetTimestamp() - start);
                if (_isStopped)
                {
                    break;
                }
            }
        }

        // A sum that nobody asks for need not be counted.
        GC.KeepAlive(hits);
    }
}
