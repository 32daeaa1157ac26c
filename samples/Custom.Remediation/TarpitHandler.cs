using Bouncer.AspNetCore;


namespace Custom.Remediation;

/// <summary>Lets a client through, but late: <c>cscli decisions add --ip 192.0.2.10 --type tarpit</c>.</summary>
internal sealed class TarpitHandler(TimeProvider time) : IRemediationHandler
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);
    private const int MostWaiting = 100;

    private int _waiting;

    public static Bouncer.Remediation Remediation { get; } = new("tarpit");

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        // Every client that waits holds a connection of ours too: beyond a number, refuse. The status is 403 already.
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return RemediationResult.Handled;
        }

        try
        {
            await Task.Delay(Wait, time, context.CancellationToken);
            return RemediationResult.Continue;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
