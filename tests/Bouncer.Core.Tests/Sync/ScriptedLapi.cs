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

    /// <summary>What it has of a part of its list. At first it answers no such questions.</summary>
    internal Func<DecisionSelection, ListAnswer> List { get; set; } = _ => throw new LapiException(LapiErrorKind.NotFound, "Not offered.");

    internal ConcurrentQueue<DecisionSelection> Questions { get; } = new();

    internal Func<Task> Health { get; set; } = () => Task.CompletedTask;

    internal static StreamAnswer Answer(IReadOnlyList<Decision>? added = null, IReadOnlyList<Decision>? deleted = null, UnusableDecisions? unusable = null) =>
        new(TestRows.Of(added ?? []), [.. TestRows.Of(deleted ?? []).ToIds()], unusable ?? new UnusableDecisions(), (added?.Count ?? 0) + (unusable?.Count ?? 0));

    internal static ListAnswer Listed(params IReadOnlyList<Decision> decisions) => new(TestRows.Of(decisions), new UnusableDecisions(), decisions.Count);

    /// <summary>Answers from then on with deltas that have nothing, and with this whole list.</summary>
    internal void Whole(Func<IReadOnlyList<Decision>> list) => Otherwise = () => Answer(Pulls.Last() ? list() : []);

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

    /// <summary>What it says of an address besides <see cref="Query"/>.</summary>
    internal Func<LiveReply, LiveReply> Reply { get; set; } = static reply => reply;

    public async Task<LiveReply> QueryAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var decisions = await Query(address, cancellationToken);
        return Reply(new(decisions, new UnusableDecisions(), decisions.Count));
    }

    public Task<ListAnswer> ListAsync(DecisionSelection selection, CancellationToken cancellationToken)
    {
        Questions.Enqueue(selection);
        return Task.FromResult(List(selection));
    }

    public Task CheckHealthAsync(CancellationToken cancellationToken) => Health();

    public Task CheckAccessAsync(EngineSettings of, CancellationToken cancellationToken) => Health();

    /// <summary>What it does with the usage metrics.</summary>
    internal Func<ReadOnlyMemory<byte>, CancellationToken, Task> Usage { get; set; } = (_, _) => Task.CompletedTask;

    public Task ReportUsageAsync(ReadOnlyMemory<byte> report, CancellationToken cancellationToken) => Usage(report, cancellationToken);
}
