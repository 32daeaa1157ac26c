using System.Buffers.Binary;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>The server's data about a challenge. It travels sealed with the challenge, so any replica with the same key ring can
/// check a solution and none has to store anything. Immutable.</summary>
internal sealed class ChallengeTicket
{
    /// <summary>How long a challenge can be solved after it was issued.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    internal const int IdLength = 16;

    private const byte Version = 2;
    private const int SecretAt = 1;
    private const int IdAt = SecretAt + ChallengeHmac.SecretLength;
    private const int BindingAt = IdAt + IdLength;
    private const int IssuedAtAt = BindingAt + ChallengeBinding.Length;
    private const int CounterAt = IssuedAtAt + sizeof(long);
    private const int DifficultyAt = CounterAt + sizeof(uint);
    private const int Length = DifficultyAt + 1;

    private readonly byte[] _bytes;

    private ChallengeTicket(byte[] bytes) => _bytes = bytes;

    /// <param name="random">Random bytes for <see cref="Secret"/> and <see cref="Id"/>.</param>
    /// <param name="context">The client for which it is issued.</param>
    /// <param name="issuedAt">The current time.</param>
    /// <param name="counter">The number to find.</param>
    /// <param name="difficulty">The difficulty.</param>
    internal ChallengeTicket(ReadOnlySpan<byte> random, CaptchaContext context, DateTimeOffset issuedAt, uint counter, int difficulty)
    {
        _bytes = new byte[Length];
        _bytes[0] = Version;
        random.CopyTo(_bytes.AsSpan(SecretAt, ChallengeHmac.SecretLength + IdLength));
        ChallengeBinding.Write(context, _bytes.AsSpan(BindingAt, ChallengeBinding.Length));
        BinaryPrimitives.WriteInt64BigEndian(_bytes.AsSpan(IssuedAtAt), issuedAt.ToUnixTimeSeconds());
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(CounterAt), counter);
        _bytes[DifficultyAt] = (byte)difficulty;
    }

    /// <summary>The key of the challenge's signatures.</summary>
    internal ReadOnlySpan<byte> Secret => _bytes.AsSpan(SecretAt, ChallengeHmac.SecretLength);

    internal ReadOnlyMemory<byte> Id => _bytes.AsMemory(IdAt, IdLength);

    internal ReadOnlySpan<byte> Binding => _bytes.AsSpan(BindingAt, ChallengeBinding.Length);

    internal DateTimeOffset IssuedAt => DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(IssuedAtAt)));

    internal DateTimeOffset ExpiresAt => IssuedAt + Lifetime;

    internal uint Counter => BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(CounterAt));

    /// <summary>The difficulty when it was issued.</summary>
    internal int Difficulty => _bytes[DifficultyAt];

    internal byte[] ToBytes() => _bytes;

    internal static ChallengeTicket? Read(byte[] bytes) => bytes.Length == Length && bytes[0] == Version ? new(bytes) : null;
}
