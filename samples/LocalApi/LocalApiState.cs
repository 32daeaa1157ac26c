namespace LocalApi;

// What the handlers share.
internal sealed class LocalApiState(LocalApiOptions options)
{
    public LocalApiDialect Dialect { get; } = options.Dialect;

    public TimeProvider Time { get; } = options.TimeProvider;

    public DecisionDatabase Database { get; } = options.Database ?? new DecisionDatabase(options.TimeProvider);

    public BouncerRegistry Bouncers { get; } = new(options.Dialect, options.TimeProvider);

    public FaultPlan Faults { get; } = new();

    public RequestLog Requests { get; } = new();
}
