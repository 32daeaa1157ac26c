using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace Bouncer.AspNetCore.Clearance;

/// <summary>Protects tickets so that any server with the same key ring, and no one else, can create and read them.</summary>
internal sealed class ClearanceProtector(IDataProtectionProvider provider)
{
    /// <summary>A ticket has about 200 characters; a longer text is not opened.</summary>
    internal const int LongestText = 512;

    /// <summary>A text shorter than an unprotected ticket cannot be one.</summary>
    internal const int ShortestText = ClearanceTicket.Length * 4 / 3;

    private readonly IDataProtector _protector = provider.CreateProtector("CrowdSec.Bouncer", "Clearance", "v1");

    internal string Protect(in ClearanceTicket ticket) => Base64Url.EncodeToString(_protector.Protect(ticket.ToBytes()));

    /// <summary>Opens a ticket from a client; returns false if it is invalid for any reason.</summary>
    internal bool TryUnprotect(string text, out ClearanceTicket ticket)
    {
        ticket = default;
        return text.Length is > 0 and <= LongestText
            && TryDecode(text, out var bytes)
            && TryOpen(bytes, out var plain)
            && ClearanceTicket.TryRead(plain, out ticket);
    }

    private static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        Span<byte> buffer = stackalloc byte[LongestText];
        var status = Base64Url.DecodeFromChars(text, buffer, out _, out var length);
        bytes = status == OperationStatus.Done ? buffer[..length].ToArray() : null;
        return bytes is not null;
    }

    private bool TryOpen(byte[] bytes, [NotNullWhen(true)] out byte[]? plain)
    {
        try
        {
            plain = _protector.Unprotect(bytes);
            return true;
        }
        catch (CryptographicException)
        {
            plain = null;
            return false;
        }
    }
}
