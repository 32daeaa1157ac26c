namespace Bouncer.Testing.Api;

internal sealed class UsageMetricsException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
