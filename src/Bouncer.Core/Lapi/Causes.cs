namespace Bouncer.Lapi;

/// <summary>Walks from an exception to what lies under it.</summary>
internal static class Causes
{
    internal static IEnumerable<Exception> Of(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }
}
