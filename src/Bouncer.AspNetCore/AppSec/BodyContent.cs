using System.Net;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>The held part of a body as the content of a call.</summary>
/// <param name="held">The body.</param>
/// <param name="length">How many of its bytes are sent.</param>
internal sealed class BodyContent(HeldBody held, long length) : HttpContent
{
    private volatile bool _isBeingSent;
    private volatile bool _isSent;
    private volatile bool _isFollowed;

    /// <summary>Whether the content may still be read by a call that was given up, or by one that goes on after the request: HTTP/2 can
    /// send it again.</summary>
    internal bool IsShared => _isBeingSent || _isFollowed;

    /// <summary>Whether all of it was sent.</summary>
    internal bool IsSent => _isSent;

    /// <summary>Reports that the call goes on after the request.</summary>
    internal void Follow() => _isFollowed = true;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _isBeingSent = true;
        try
        {
            var left = length;
            foreach (var chunk in held.Chunks)
            {
                var part = chunk.Length <= left ? chunk : chunk[..(int)left];
                await stream.WriteAsync(part, cancellationToken);
                left -= part.Length;
            }

            _isSent = true;
        }
        finally
        {
            _isBeingSent = false;
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
