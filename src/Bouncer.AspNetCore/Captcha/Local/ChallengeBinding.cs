using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>Hashes the client, host and action of a challenge.</summary>
internal static class ChallengeBinding
{
    internal const int Length = SHA256.HashSizeInBytes;

    internal static void Write(CaptchaContext context, Span<byte> destination)
    {
        // The host's length separates host and action.
        var hostLength = Encoding.UTF8.GetByteCount(context.Host);
        var text = new byte[ClientKey.Length + sizeof(int) + hostLength + Encoding.UTF8.GetByteCount(context.Action)];
        context.Client.TryWriteBytes(text);
        BinaryPrimitives.WriteInt32BigEndian(text.AsSpan(ClientKey.Length), hostLength);
        Encoding.UTF8.GetBytes(context.Host, text.AsSpan(ClientKey.Length + sizeof(int)));
        Encoding.UTF8.GetBytes(context.Action, text.AsSpan(ClientKey.Length + sizeof(int) + hostLength));
        SHA256.HashData(text, destination);
    }
}
