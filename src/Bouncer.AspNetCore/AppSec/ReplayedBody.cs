using Microsoft.AspNetCore.Http.Features;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>A request's body after an inspection: first what was read for it, then the rest.</summary>
/// <param name="held">What was read.</param>
/// <param name="rest">The body as the server gives it.</param>
/// <param name="control">Tells whether synchronous reads are allowed; null if the server allows them.</param>
internal sealed class ReplayedBody(HeldBody held, Stream rest, IHttpBodyControlFeature? control) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (held.IsLeft)
        {
            return held.Consume(buffer.Span);
        }

        await held.ResumeAsync(cancellationToken);
        return await rest.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => control is { AllowSynchronousIO: false }
        ? throw new InvalidOperationException("Synchronous reads of the request's body are not allowed: call ReadAsync, or set AllowSynchronousIO.")
        : ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
