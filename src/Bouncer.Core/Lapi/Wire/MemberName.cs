using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>Reads the name of the member at the reader's position.</summary>
internal static class MemberName
{
    private const int Longest = 16;

    internal static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan.SequenceEqual(name);
        }

        Span<byte> copy = stackalloc byte[Longest];
        return JsonText.TryCopy(ref reader, copy, out var length) == JsonText.Result.Ok && copy[..length].SequenceEqual(name);
    }

    /// <summary>Returns the member of a decision with this name.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static DecisionField Field(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? EscapedField(ref reader) : Field(reader.ValueSpan);

    private static DecisionField EscapedField(ref Utf8JsonReader reader)
    {
        Span<byte> copy = stackalloc byte[Longest];
        return JsonText.TryCopy(ref reader, copy, out var length) == JsonText.Result.Ok ? Field(copy[..length]) : DecisionField.Other;
    }

    // By length first, so that a name is compared with at most two others.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static DecisionField Field(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => DecisionField.Id,
        4 when name.SequenceEqual("type"u8) => DecisionField.Type,
        5 when name.SequenceEqual("value"u8) => DecisionField.Value,
        5 when name.SequenceEqual("scope"u8) => DecisionField.Scope,
        6 when name.SequenceEqual("origin"u8) => DecisionField.Origin,
        8 when name.SequenceEqual("duration"u8) => DecisionField.Duration,
        8 when name.SequenceEqual("scenario"u8) => DecisionField.Scenario,
        _ => DecisionField.Other,
    };
}
