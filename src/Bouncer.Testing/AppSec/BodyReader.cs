namespace Bouncer.Testing.AppSec;

/// <summary>Reads as much of a body as AppSec does, for as long as it does.</summary>
internal sealed class BodyReader(AppSecServerOptions options)
{
    private readonly long _maxSize = Math.Max(1, options.MaxBodySize);

    public async Task<ReadBody> ReadAsync(HttpContext context)
    {
        using var deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.TimeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        using var kept = new MemoryStream();
        long size = 0;
        var (isLate, isBroken) = (false, false);
        try
        {
            // What is too large is read to its end, so that the caller is not cut off while it sends.
            var buffer = new byte[64 * 1024];
            var isTimed = options.BodyReadTimeout <= TimeSpan.Zero;
            while (true)
            {
                // The time runs from the first wait, so that what is there already always counts.
                var read = context.Request.Body.ReadAsync(buffer, end.Token);
                if (!isTimed && !read.IsCompleted)
                {
                    deadline.CancelAfter(options.BodyReadTimeout);
                    isTimed = true;
                }

                var count = await read;
                if (count == 0)
                {
                    break;
                }

                kept.Write(buffer, 0, (int)Math.Min(count, _maxSize - kept.Length));
                size += count;
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            isLate = true;
            context.Response.Headers.Connection = "close";
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            isBroken = true;
        }

        var isTooLarge = size > _maxSize;
        return new ReadBody(
            isTooLarge && options.BodySizeAction != BodySizeAction.Partial ? [] : kept.ToArray(),
            IsTruncated: isTooLarge || isLate || isBroken,
            IsDropped: isTooLarge && options.BodySizeAction == BodySizeAction.Drop,
            isBroken);
    }
}
