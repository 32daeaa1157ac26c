using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>The members of the decision being read: one instance serves all decisions of a list. If a member occurs twice, the last
/// one applies; <c>null</c> is ignored.</summary>
internal sealed class DecisionFields
{
    /// <summary>The maximum length of scope, type and value, in UTF-8 bytes, and the length to which origin and scenario are
    /// truncated, in characters.</summary>
    internal const int MaxLength = 256;

    private const int MaxBytesOfCharacter = 3;

    private static readonly TimeSpan AbsentDuration = TimeSpan.FromHours(4);

    private readonly TextPool _origins = new();
    private readonly TextPool _scenarios = new();
    private readonly TextPool _scopes = new();
    private readonly TextPool _types = new();
    private readonly byte[] _value = new byte[MaxLength];
    private int _valueLength;
    private KindTexts _kind = new();

    /// <summary>The id as LAPI sent it; 0 if it sent none.</summary>
    internal long Id { get; private set; }

    /// <summary>The id by which the decision is stored: that of LAPI, or <see cref="Substitute"/>.</summary>
    internal long IdOrSubstitute
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Id != 0 ? Id : Substitute;
    }

    /// <summary>The id of a decision without one, derived from its scope, type and value.</summary>
    internal long Substitute => SubstituteId.Of(_kind.Scope.Text, _kind.Type.Text, Value);

    internal ref readonly KindTexts Kind => ref _kind;

    internal ReadOnlySpan<byte> Value => _value.AsSpan(0, _valueLength);

    /// <summary>Whether there is a type, which may be empty.</summary>
    internal bool HasType { get; private set; }

    /// <summary>The remaining time of the decision at the time of the answer; null if the text is not a duration.</summary>
    internal TimeSpan? Duration { get; private set; }

    /// <summary>Why the decision is unusable, if a single member is the reason; otherwise null.</summary>
    internal string? Fault { get; private set; }

    internal void Clear()
    {
        Id = 0;
        _kind = new();
        _valueLength = 0;
        HasType = false;
        Duration = AbsentDuration;
        Fault = null;
    }

    /// <summary>Sets a member from its value; the reader is positioned on the value's first token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Set(DecisionField field, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != (field == DecisionField.Id ? JsonTokenType.Number : JsonTokenType.String))
        {
            Fault ??= SkipReason.Shape;
            Duration = field == DecisionField.Duration ? null : Duration;
            return;
        }

        switch (field)
        {
            case DecisionField.Id:
                SetId(ref reader);
                break;
            case DecisionField.Origin:
                _kind.Origin = Start(ref reader, _origins);
                break;
            case DecisionField.Scenario:
                _kind.Scenario = Start(ref reader, _scenarios);
                break;
            case DecisionField.Scope:
                _kind.Scope = Whole(ref reader, _scopes) ?? _kind.Scope;
                break;
            case DecisionField.Type:
                _kind.Type = Whole(ref reader, _types) ?? _kind.Type;
                HasType = true;
                break;
            case DecisionField.Value:
                _valueLength = Check(JsonText.TryCopy(ref reader, _value, out var length)) ? length : 0;
                break;
            case DecisionField.Duration:
                SetDuration(ref reader);
                break;
        }
    }

    /// <summary>Takes a member's text in ASCII that stands there as it is meant.</summary>
    /// <returns>False if the member has to be taken by its token.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TrySetPlain(DecisionField field, ReadOnlySpan<byte> ascii)
    {
        if (ascii.Length > MaxLength)
        {
            return false;
        }

        switch (field)
        {
            case DecisionField.Origin:
                _kind.Origin = _origins.Get(ascii);
                return true;
            case DecisionField.Scenario:
                _kind.Scenario = _scenarios.Get(ascii);
                return true;
            case DecisionField.Scope:
                _kind.Scope = _scopes.Get(ascii);
                return true;
            case DecisionField.Type:
                _kind.Type = _types.Get(ascii);
                HasType = true;
                return true;
            case DecisionField.Value:
                ascii.CopyTo(_value);
                _valueLength = ascii.Length;
                return true;
            case DecisionField.Duration:
                Duration = DurationOf(ascii);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Takes a member's number.</summary>
    /// <returns>False if the member has to be taken by its token.</returns>
    internal bool TrySetPlain(DecisionField field, long number)
    {
        Id = field == DecisionField.Id ? number : Id;
        return field == DecisionField.Id;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetId(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var id))
        {
            Id = id;
        }
        else
        {
            Fault ??= SkipReason.Shape;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetDuration(ref Utf8JsonReader reader) =>
        Duration = IsPlain(ref reader) ? DurationOf(reader.ValueSpan) : UnescapedDuration(ref reader);

    private static TimeSpan? UnescapedDuration(ref Utf8JsonReader reader)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return JsonText.TryCopy(ref reader, text, out var length) == JsonText.Result.Ok ? DurationOf(text[..length]) : null;
    }

    private static TimeSpan? DurationOf(ReadOnlySpan<byte> utf8) => GoDuration.TryParse(utf8, out var duration) ? duration : null;

    /// <summary>Reads a text of which the start is sufficient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PooledText Start(ref Utf8JsonReader reader, TextPool pool) =>
        IsPlain(ref reader) ? pool.Get(reader.ValueSpan) : StartOfLong(ref reader, pool);

    private static PooledText StartOfLong(ref Utf8JsonReader reader, TextPool pool)
    {
        Span<byte> start = stackalloc byte[MaxLength * MaxBytesOfCharacter];
        return pool.Get(start[..JsonText.CopyStart(ref reader, MaxLength, start)]);
    }

    /// <summary>Reads a text that is used only if it is complete and valid; otherwise null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private PooledText? Whole(ref Utf8JsonReader reader, TextPool pool) =>
        IsPlain(ref reader) && pool.Get(reader.ValueSpan) is { IsWellFormed: true } text ? text : WholeOrFault(ref reader, pool);

    private PooledText? WholeOrFault(ref Utf8JsonReader reader, TextPool pool)
    {
        Span<byte> copy = stackalloc byte[MaxLength];
        return Check(JsonText.TryCopy(ref reader, copy, out var length)) ? pool.Get(copy[..length]) : null;
    }

    /// <summary>Whether the text can be used directly: without escapes, and not too long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPlain(ref Utf8JsonReader reader) => !reader.ValueIsEscaped && reader.ValueSpan.Length <= MaxLength;

    private bool Check(JsonText.Result result)
    {
        Fault ??= result switch
        {
            JsonText.Result.Malformed => SkipReason.Shape,
            JsonText.Result.TooLong => SkipReason.TooLong,
            _ => null,
        };
        return result == JsonText.Result.Ok;
    }
}
