using System.Text;

namespace Bouncer.Snapshots;

/// <summary>
/// The form of a snapshot file, little-endian: mark, version, identity (32 bytes), the moment of writing (ticks of UTC), the age of the
/// pull (ticks), records, and a keyed checksum (32 bytes) of all before. A record is its tag and its fields: a kind (four texts: origin,
/// scenario, scope, type), numbered from 1 in their order; a decision (its kind, id, time left at the moment of writing, value), after its
/// kind; or the end (the number of decisions).
/// </summary>
internal static class SnapshotFormat
{
    internal const int Version = 1;

    internal const int HashLength = 32;

    internal const int HeaderLength = 8 + 4 + HashLength + 8 + 8;

    /// <summary>The length of a file without a decision.</summary>
    internal const int MinLength = HeaderLength + 1 + 4 + HashLength;

    /// <summary>The longest text, in bytes of UTF-8: LAPI's are cut to 256 characters.</summary>
    internal const int MaxTextBytes = 3 * 256;

    internal static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal static ReadOnlySpan<byte> Mark => "BNCRSNAP"u8;

    /// <summary>What a record is. Where a decision has the text that LAPI gave its network, it follows.</summary>
    internal enum Tag : byte
    {
        /// <summary>The last record.</summary>
        End = 0,

        /// <summary>A kind.</summary>
        Kind,

        /// <summary>A decision on an IPv4 network.</summary>
        IPv4,

        /// <summary>A decision on an IPv4 network, and its text.</summary>
        IPv4Text,

        /// <summary>A decision on an IPv6 network.</summary>
        IPv6,

        /// <summary>A decision on an IPv6 network, and its text.</summary>
        IPv6Text,

        /// <summary>A decision on a text.</summary>
        Text,
    }
}
