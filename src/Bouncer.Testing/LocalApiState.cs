namespace Bouncer.Testing;

/// <summary>The state that the handlers share.</summary>
internal sealed class LocalApiState(LocalApiOptions options)
{
    public LocalApiDialect Dialect { get; } = options.Dialect;

    public TimeProvider Time { get; } = options.TimeProvider;

    public int PageSize { get; } = Math.Max(1, options.PageSize);

    public DecisionDatabase Database { get; } = options.Database ?? new DecisionDatabase(options.TimeProvider);

    public BouncerRegistry Bouncers { get; } = new(options.Dialect, options.TimeProvider);

    public FaultPlan Faults { get; } = new();

    public RequestLog<ReceivedRequest> Requests { get; } = new();
}
