using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Bouncer.Snapshots;

/// <summary>Writes numbers and texts through a small buffer, and their checksum at the end.</summary>
internal sealed class SnapshotOutput(Stream stream, byte[] checksumKey) : IDisposable
{
    private readonly IncrementalHash _checksum = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, checksumKey);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _used;

    internal void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Next(bytes.Length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Write(byte number) => Next(1)[0] = number;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Write(int number) => BinaryPrimitives.WriteInt32LittleEndian(Next(sizeof(int)), number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Write(long number) => BinaryPrimitives.WriteInt64LittleEndian(Next(sizeof(long)), number);

    internal void Write(string text)
    {
        Span<byte> utf8 = stackalloc byte[SnapshotFormat.MaxTextBytes];
        var length = SnapshotFormat.Utf8.GetBytes(text, utf8);
        BinaryPrimitives.WriteUInt16LittleEndian(Next(sizeof(ushort)), (ushort)length);
        Write(utf8[..length]);
    }

    internal void WriteChecksum()
    {
        Flush();
        stream.Write(_checksum.GetHashAndReset());
    }

    public void Dispose() => _checksum.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Next(int length)
    {
        if (_used + length > _buffer.Length)
        {
            Flush();
        }

        var next = _buffer.AsSpan(_used, length);
        _used += length;
        return next;
    }

    private void Flush()
    {
        var filled = _buffer.AsSpan(0, _used);
        _checksum.AppendData(filled);
        stream.Write(filled);
        _used = 0;
    }
}
