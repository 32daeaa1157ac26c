namespace Bouncer.Connections;

/// <summary>Enumerates an exception and its inner exceptions.</summary>
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
