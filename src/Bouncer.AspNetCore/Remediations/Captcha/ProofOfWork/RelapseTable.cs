using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Bouncer.AspNetCore.Remediations.Captcha.ProofOfWork;

/// <summary>How often clients solved a challenge lately, in memory of a fixed size. Each client has one cell in each of two
/// rows, shared with whoever hashes there; the lower one counts. So nobody's relapses are lost to those of others, and a
/// stranger pays for them only if both cells collide. Safe for any number of threads.</summary>
/// <remarks>A cell holds the time at which it is back at nothing: each relapse moves it on, the clock does the rest.</remarks>
internal sealed class RelapseTable
{
    /// <summary>One relapse is forgotten in this time.</summary>
    internal static readonly TimeSpan Decay = TimeSpan.FromMinutes(10);

    /// <summary>More relapses than these make nothing harder.</summary>
    internal const int Most = Difficulty.Hardest - Difficulty.Easiest;

    private const int CellsPerRow = 8192;

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(16);
    private readonly long[] _cells = new long[2 * CellsPerRow];

    public RelapseTable(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
    }

    internal int CountOf(ClientKey client)
    {
        var (first, second) = CellsOf(client);
        var clearAt = Math.Min(Volatile.Read(ref _cells[first]), Volatile.Read(ref _cells[second]));
        var left = clearAt - Now;
        return left <= 0 ? 0 : (int)((left + Decay.Ticks - 1) / Decay.Ticks);
    }

    internal void Add(ClientKey client)
    {
        var (first, second) = CellsOf(client);
        Raise(ref _cells[first]);
        Raise(ref _cells[second]);
    }

    private long Now => _time.GetElapsedTime(_start).Ticks;

    private void Raise(ref long cell)
    {
        var now = Now;
        var held = Volatile.Read(ref cell);
        while (true)
        {
            var raised = Math.Min(Math.Max(held, now) + Decay.Ticks, now + (Most * Decay.Ticks));
            var found = Interlocked.CompareExchange(ref cell, raised, held);
            if (found == held)
            {
                return;
            }

            held = found;
        }
    }

    // With a secret seed: nobody can look for an address that shares a cell with a rival's.
    private (int First, int Second) CellsOf(ClientKey client)
    {
        Span<byte> text = stackalloc byte[16 + ClientKey.Length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _seed.CopyTo(text);
        client.TryWriteBytes(text[16..]);
        SHA256.HashData(text, hash);
        return (
            BinaryPrimitives.ReadUInt16LittleEndian(hash) % CellsPerRow,
            CellsPerRow + (BinaryPrimitives.ReadUInt16LittleEndian(hash[2..]) % CellsPerRow));
    }
}
