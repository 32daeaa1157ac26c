namespace Bouncer.Testing.AppSec;

/// <summary>What was read of a body.</summary>
/// <param name="Bytes">What rules see.</param>
/// <param name="IsTruncated">That is not all of it.</param>
/// <param name="IsDropped">It was too large, and the request is refused for that.</param>
/// <param name="IsBroken">The caller went away, or did not keep to HTTP.</param>
internal sealed record ReadBody(byte[] Bytes, bool IsTruncated, bool IsDropped, bool IsBroken)
{
    public static ReadBody None { get; } = new([], false, false, false);
}
