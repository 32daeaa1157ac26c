using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Bouncer.Lapi.Wire;

/// <summary>Takes decisions in the form in which LAPI writes nearly all: members with a text in ASCII or a positive number,
/// without blanks and escapes. It takes a third of the time of reading their tokens. Whatever is not certainly of this form,
/// even if it is only cut, is left to the reader of tokens, which finds the errors too.</summary>
internal static class PlainDecision
{
    // Of such numbers none is too large.
    private const int MaxDigits = 18;

    /// <summary>Takes a comma and a decision behind it.</summary>
    /// <param name="utf8">What follows an element of a list.</param>
    /// <param name="fields">Receives the members; meaningless if nothing is taken.</param>
    /// <param name="writer">Says which members it ignores.</param>
    /// <param name="length">The number of bytes taken.</param>
    /// <returns>False if nothing is taken.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryTake(ReadOnlySpan<byte> utf8, DecisionFields fields, IDecisionWriter writer, out int length)
    {
        length = 0;
        if (utf8 is not [(byte)',', (byte)'{', ..])
        {
            return false;
        }

        fields.Clear();
        var at = 2;
        while (TryTakeText(utf8, ref at, out var name) && Is(utf8, at++, (byte)':') && TryTakeValue(utf8, ref at, name, fields, writer))
        {
            if (Is(utf8, at, (byte)'}'))
            {
                length = at + 1;
                return true;
            }

            if (!Is(utf8, at++, (byte)','))
            {
                return false;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTakeValue(ReadOnlySpan<byte> utf8, ref int at, ReadOnlySpan<byte> name, DecisionFields fields, IDecisionWriter writer)
    {
        var field = MemberName.Field(name);
        if (TryTakeText(utf8, ref at, out var text))
        {
            return writer.Ignores(field) || fields.TrySetPlain(field, text);
        }

        return TryTakeNumber(utf8, ref at, out var number) && (writer.Ignores(field) || fields.TrySetPlain(field, number));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Is(ReadOnlySpan<byte> utf8, int at, byte expected) => at < utf8.Length && utf8[at] == expected;

    /// <summary>Takes a text in quotes, unless it is so near to the end that it cannot be looked at as a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTakeText(ReadOnlySpan<byte> utf8, ref int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!Is(utf8, at, (byte)'"'))
        {
            return false;
        }

        var start = at + 1;
        for (var i = start; i + Vector128<byte>.Count <= utf8.Length; i += Vector128<byte>.Count)
        {
            // As a signed byte, what is no ASCII is below the blank, as control characters are.
            var bytes = Vector128.Create(utf8.Slice(i, Vector128<byte>.Count));
            var special = Vector128.Equals(bytes, Vector128.Create((byte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(bytes.AsSByte(), Vector128.Create((sbyte)' ')).AsByte();
            if (special != Vector128<byte>.Zero)
            {
                var end = i + BitOperations.TrailingZeroCount(special.ExtractMostSignificantBits());
                text = utf8[start..end];
                at = end + 1;
                return utf8[end] == (byte)'"';
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTakeNumber(ReadOnlySpan<byte> utf8, ref int at, out long number)
    {
        number = 0;
        var start = at;
        while (at < utf8.Length && char.IsAsciiDigit((char)utf8[at]) && at - start < MaxDigits)
        {
            number = (number * 10) + (utf8[at++] - '0');
        }

        return at > start && utf8[start] != (byte)'0';
    }
}
