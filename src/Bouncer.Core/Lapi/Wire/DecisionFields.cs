using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>The members of the decision being read: one instance serves all decisions of an answer. A member that is given
/// twice counts as it was given last; <c>null</c> says nothing.</summary>
internal sealed class DecisionFields
{
    /// <summary>The longest scope, type and value that is believed, in bytes of UTF-8, and the length to which origin and
    /// scenario are cut, in characters.</summary>
    internal const int MaxLength = 256;

    private const int MaxBytesOfCharacter = 3;

    private static readonly TimeSpan AbsentDuration = TimeSpan.FromHours(4);

    private readonly TextPool _origins = new();
    private readonly TextPool _scenarios = new();
    private readonly TextPool _scopes = new();
    private readonly TextPool _types = new();
    private readonly byte[] _value = new byte[MaxLength];
    private int _valueLength;
    private PooledText _origin = PooledText.Empty;
    private PooledText _scenario = PooledText.Empty;
    private PooledText _scope = PooledText.Empty;
    private PooledText _type = PooledText.Empty;

    internal long Id { get; private set; }

    internal KindTexts Kind => new(_origin, _scenario, _scope, _type);

    internal ReadOnlySpan<byte> Value => _value.AsSpan(0, _valueLength);

    /// <summary>How long the decision lives from the moment of the answer; null when the text is no duration.</summary>
    internal TimeSpan? Duration { get; private set; }

    /// <summary>Why the decision cannot be used, if a member's own form says so.</summary>
    internal string? Fault { get; private set; }

    internal void Clear()
    {
        Id = 0;
        _origin = _scenario = _scope = _type = PooledText.Empty;
        _valueLength = 0;
        Duration = AbsentDuration;
        Fault = null;
    }

    /// <summary>Takes a member's value, of which the reader stands on the first token.</summary>
    internal void Set(DecisionField field, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (reader.TokenType != (field == DecisionField.Id ? JsonTokenType.Number : JsonTokenType.String))
        {
            Fault ??= SkipReason.Shape;
            return;
        }

        switch (field)
        {
            case DecisionField.Id:
                SetId(ref reader);
                break;
            case DecisionField.Origin:
                _origin = Start(ref reader, _origins);
                break;
            case DecisionField.Scenario:
                _scenario = Start(ref reader, _scenarios);
                break;
            case DecisionField.Scope:
                _scope = Whole(ref reader, _scopes) ?? _scope;
                break;
            case DecisionField.Type:
                _type = Whole(ref reader, _types) ?? _type;
                break;
            case DecisionField.Value:
                Check(JsonText.TryCopy(ref reader, _value, out _valueLength));
                break;
            case DecisionField.Duration:
                SetDuration(ref reader);
                break;
        }
    }

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

    private void SetDuration(ref Utf8JsonReader reader)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        Duration = JsonText.TryCopy(ref reader, text, out var length) == JsonText.Result.Ok
            && GoDuration.TryParse(text[..length], out var duration)
            ? duration
            : null;
    }

    /// <summary>A text of which the start will do.</summary>
    private static PooledText Start(ref Utf8JsonReader reader, TextPool pool)
    {
        if (!reader.ValueIsEscaped && reader.ValueSpan.Length <= MaxLength)
        {
            return pool.Get(reader.ValueSpan);
        }

        Span<byte> start = stackalloc byte[MaxLength * MaxBytesOfCharacter];
        return pool.Get(start[..JsonText.CopyStart(ref reader, MaxLength, start)]);
    }

    /// <summary>A text that is believed whole or not at all.</summary>
    private PooledText? Whole(ref Utf8JsonReader reader, TextPool pool)
    {
        if (!reader.ValueIsEscaped && reader.ValueSpan.Length <= MaxLength)
        {
            var text = pool.Get(reader.ValueSpan);
            return Check(text.IsWellFormed ? JsonText.Result.Ok : JsonText.Result.Malformed) ? text : null;
        }

        Span<byte> copy = stackalloc byte[MaxLength];
        return Check(JsonText.TryCopy(ref reader, copy, out var length)) ? pool.Get(copy[..length]) : null;
    }

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
