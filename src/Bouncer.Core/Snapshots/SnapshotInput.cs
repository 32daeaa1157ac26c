using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Bouncer.Snapshots;

/// <summary>Reads numbers and texts through a small buffer, never beyond what the file holds, and checks their checksum at the
/// end.</summary>
/// <param name="stream">The file.</param>
/// <param name="length">Its length, the checksum included.</param>
/// <param name="checksumKey">The key of the checksum.</param>
internal sealed class SnapshotInput(Stream stream, long length, byte[] checksumKey) : IDisposable
{
    private readonly IncrementalHash _checksum = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, checksumKey);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private long _unread = length - SnapshotFormat.HashLength;
    private int _at;
    private int _filled;

    /// <summary>The next bytes, valid until the next call.</summary>
    /// <exception cref="SnapshotException">There are not so many.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Read(int count)
    {
        if (_filled - _at < count)
        {
            Fill(count);
        }

        var next = _buffer.AsSpan(_at, count);
        _at += count;
        return next;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte ReadByte() => Read(1)[0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Read(sizeof(int)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Read(sizeof(long)));

    internal string ReadText(int longest)
    {
        var count = BinaryPrimitives.ReadUInt16LittleEndian(Read(sizeof(ushort)));
        if (count > longest)
        {
            throw SnapshotException.Damaged();
        }

        try
        {
            return SnapshotFormat.Utf8.GetString(Read(count));
        }
        catch (DecoderFallbackException)
        {
            throw SnapshotException.Damaged();
        }
    }

    /// <summary>Checks that everything was read and that the checksum is that of what was read.</summary>
    internal void Finish()
    {
        Span<byte> stored = stackalloc byte[SnapshotFormat.HashLength];
        if (_at != _filled || _unread != 0 || stream.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false) < stored.Length
            || !CryptographicOperations.FixedTimeEquals(_checksum.GetHashAndReset(), stored))
        {
            throw SnapshotException.Damaged();
        }
    }

    public void Dispose() => _checksum.Dispose();

    private void Fill(int count)
    {
        var left = _filled - _at;
        _buffer.AsSpan(_at, left).CopyTo(_buffer);
        var room = (int)Math.Min(_buffer.Length - left, Math.Max(0, _unread));
        var read = stream.ReadAtLeast(_buffer.AsSpan(left, room), room, throwOnEndOfStream: false);
        _checksum.AppendData(_buffer, left, read);
        (_at, _filled, _unread) = (0, left + read, _unread - read);
        if (_filled < count)
        {
            throw SnapshotException.Damaged();
        }
    }
}
