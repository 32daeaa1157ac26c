using System.Collections.Concurrent;
using System.Net;
using Bouncer.Lapi;

namespace Bouncer.Tests.Sync;

/// <summary>A LAPI client that answers what the test queued, and remembers what it was asked.</summary>
internal sealed class ScriptedLapi : ILapiClient
{
    private readonly ConcurrentQueue<Func<StreamAnswer>> _answers = new();

    internal ConcurrentQueue<bool> Pulls { get; } = new();

    internal Func<StreamAnswer> Otherwise { get; set; } = () => Answer();

    internal Func<IPAddress, CancellationToken, Task<IReadOnlyList<Decision>>> Query { get; set; } = (_, _) => Task.FromResult<IReadOnlyList<Decision>>([]);

    internal Func<Task> Health { get; set; } = () => Task.CompletedTask;

    internal static StreamAnswer Answer(IReadOnlyList<Decision>? added = null, IReadOnlyList<Decision>? deleted = null, SkippedDecisions? skipped = null) =>
        new(TestRows.Of(added ?? []), TestRows.Of(deleted ?? []), skipped ?? new SkippedDecisions());

    internal ScriptedLapi Then(IReadOnlyList<Decision>? added = null, IReadOnlyList<Decision>? deleted = null)
    {
        _answers.Enqueue(() => Answer(added, deleted));
        return this;
    }

    internal ScriptedLapi ThenFail(LapiErrorKind kind = LapiErrorKind.Unreachable, TimeSpan? retryAfter = null)
    {
        _answers.Enqueue(() => throw new LapiException(kind, "It failed.") { RetryAfter = retryAfter });
        return this;
    }

    internal ScriptedLapi ThenBreak()
    {
        _answers.Enqueue(() => throw new InvalidOperationException("A defect."));
        return this;
    }

    public Task<StreamAnswer> PullAsync(bool startup, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Pulls.Enqueue(startup);
        return Task.FromResult(_answers.TryDequeue(out var next) ? next() : Otherwise());
    }

    public Task<IReadOnlyList<Decision>> QueryAsync(IPAddress address, CancellationToken cancellationToken) => Query(address, cancellationToken);

    public Task CheckHealthAsync(CancellationToken cancellationToken) => Health();
}
