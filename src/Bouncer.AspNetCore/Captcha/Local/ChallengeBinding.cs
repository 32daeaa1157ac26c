using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>Whom a challenge is for and what for, as one hash: client, host and action.</summary>
internal static class ChallengeBinding
{
    internal const int Length = SHA256.HashSizeInBytes;

    internal static void Write(CaptchaContext context, Span<byte> destination)
    {
        // The host's length keeps host and action apart.
        var hostLength = Encoding.UTF8.GetByteCount(context.Host);
        var text = new byte[ClientKey.Length + sizeof(int) + hostLength + Encoding.UTF8.GetByteCount(context.Action)];
        context.Client.TryWriteBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(text.AsSpan(ClientKey.Length), hostLength);
        Encoding.UTF8.GetBytes(context.Host, text.AsSpan(ClientKey.Length + sizeof(int)));
        Encoding.UTF8.GetBytes(context.Action, text.AsSpan(ClientKey.Length + sizeof(int) + hostLength));
        SHA256.HashData(text, destination);
    }
}
