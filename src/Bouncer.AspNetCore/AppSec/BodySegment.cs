using System.Buffers;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>A chunk of a body as part of a sequence.</summary>
internal sealed class BodySegment : ReadOnlySequenceSegment<byte>
{
    private BodySegment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

    internal static ReadOnlySequence<byte> Join(IEnumerable<ReadOnlyMemory<byte>> chunks)
    {
        BodySegment? first = null;
        BodySegment? last = null;
        foreach (var chunk in chunks)
        {
            var next = new BodySegment(chunk, last is null ? 0 : last.RunningIndex + last.Memory.Length);
            last?.Next = next;
            first ??= last = next;
            last = next;
        }

        return first is null ? ReadOnlySequence<byte>.Empty : new(first, 0, last!, last!.Memory.Length);
    }
}
