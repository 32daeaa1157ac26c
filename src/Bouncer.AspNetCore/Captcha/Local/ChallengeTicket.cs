using System.Buffers.Binary;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>What the server has to know again when a challenge comes back. It travels with the challenge, sealed, so that any
/// replica with the same key ring can check it and none needs to remember it. Immutable.</summary>
internal sealed class ChallengeTicket
{
    /// <summary>How long a challenge can be solved.</summary>
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

    /// <param name="random">As many random bytes as <see cref="Secret"/> and <see cref="Id"/> have.</param>
    /// <param name="context">Whom it is for.</param>
    /// <param name="issuedAt">Now.</param>
    /// <param name="counter">The number to find.</param>
    /// <param name="difficulty">How hard it is.</param>
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

    /// <summary>How hard it was made when it was set.</summary>
    internal int Difficulty => _bytes[DifficultyAt];

    internal byte[] ToBytes() => _bytes;

    internal static ChallengeTicket? Read(byte[] bytes) => bytes.Length == Length && bytes[0] == Version ? new(bytes) : null;
}
