using System.Net;
using System.Security.Cryptography;
using Bouncer.AspNetCore.Geo.MaxMind;
using Bouncer.AspNetCore.Requests;
using Bouncer.Configuration;
using Microsoft.Win32.SafeHandles;

namespace Bouncer.AspNetCore.Geo;

/// <summary>A database in a file, and the table that was made from it. The table is replaced as a whole, so lookups need no
/// lock.</summary>
/// <remarks>The file is read into memory and not mapped: a file that is written in place may shrink while it is used.</remarks>
internal sealed class GeoFile
{
    private readonly GeoKind _kind;
    private volatile GeoTable _table;
    private volatile string? _fault;
    private Stamp? _seen;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">It cannot be used; the message says why.</exception>
    internal GeoFile(GeoKind kind, string path)
    {
        (_kind, Path) = (kind, path);
        _table = Load();
    }

    internal string Path { get; }

    /// <summary>Why the file as it is now cannot be used; null if it can.</summary>
    internal string? Fault => _fault;

    /// <summary>Finds the value of an address, and that of the IPv4 address that it contains: a decision on either applies, as those on
    /// addresses do. Does not allocate, unless it contains one.</summary>
    internal ScopeValue Find(IPAddress address, EmbeddedIPv4? embedded)
    {
        var table = _table;
        var value = table.Find(address);
        var inner = embedded?.Unwrap(address) is { } ipv4 && !ReferenceEquals(ipv4, address) ? table.Find(ipv4) : null;
        return value is null ? ScopeValue.Of(inner) : ScopeValue.Of(value, inner == value ? null : inner);
    }

    /// <summary>Reads the file again if it changed. If it cannot be used, the former table is kept.</summary>
    /// <returns>Whether something changed: the table, or the fault.</returns>
    internal bool Refresh()
    {
        var before = _fault;
        try
        {
            if (Look() == _seen)
            {
                return false;
            }

            _table = Load();
            _fault = null;
            return true;
        }
        catch (InvalidDataException error)
        {
            _fault = error.Message;
            return _fault != before;
        }
    }

    private Stamp? Look()
    {
        try
        {
            using var file = Open();
            return Stamp.Of(file);
        }
        catch (Exception error) when (IsOfFile(error))
        {
            return null;
        }
    }

    private GeoTable Load()
    {
        _seen = null;
        try
        {
            using var file = Open();
            _seen = Stamp.Of(file);
            var content = new byte[_seen.Length <= Array.MaxLength ? _seen.Length : throw new InvalidDataException("it is larger than 2 GB")];
            file.ReadExactly(content);
            return GeoTableBuilder.Build(new MaxMindDatabase(content), _kind);
        }
        catch (Exception error) when (IsOfFile(error))
        {
            throw new InvalidDataException($"it cannot be read: {error.Message.TrimEnd('.')}", error);
        }
    }

    /// <summary>Whether an error comes from the file; a pipe, for example, has no length.</summary>
    private static bool IsOfFile(Exception error) => error is IOException or UnauthorizedAccessException or NotSupportedException;

    private FileStream Open() => RegularFile.Open(Path) ?? throw new IOException("the file is empty");

    /// <summary>What shows that a file has changed. The time of its build is among its last bytes: two databases can have the same length,
    /// and a copy the time of the original.</summary>
    private sealed record Stamp(long Length, DateTime Written, string End)
    {
        internal static Stamp Of(FileStream file) => new(file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle), HashOfEnd(file.SafeFileHandle));

        private static string HashOfEnd(SafeFileHandle file)
        {
            Span<byte> end = stackalloc byte[4096];
            var read = RandomAccess.Read(file, end, Math.Max(0, RandomAccess.GetLength(file) - end.Length));
            return Convert.ToHexString(SHA256.HashData(end[..read]));
        }
    }
}
