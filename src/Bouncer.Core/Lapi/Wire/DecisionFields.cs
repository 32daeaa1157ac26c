using System.Text.Json;
using System.Text.Unicode;

namespace Bouncer.Lapi.Wire;

/// <summary>The members of the decision being read: one instance serves all decisions of an answer. A member that is given
/// twice counts as it was given last; <c>null</c> says nothing.</summary>
internal sealed class DecisionFields(TextPool pool)
{
    /// <summary>The longest scope, type and value that is believed, in bytes of UTF-8, and the length to which origin and
    /// scenario are cut, in characters.</summary>
    internal const int MaxLength = 256;

    private static readonly TimeSpan AbsentDuration = TimeSpan.FromHours(4);

    private readonly byte[] _value = new byte[MaxLength];
    private readonly char[] _text = new char[MaxLength];
    private int _valueLength;

    internal long Id { get; private set; }

    internal string Origin { get; private set; } = "";

    internal string Scenario { get; private set; } = "";

    internal string Scope { get; private set; } = "";

    internal string Type { get; private set; } = "";

    internal ReadOnlySpan<byte> Value => _value.AsSpan(0, _valueLength);

    /// <summary>How long the decision lives from the moment of the answer; null when the text is no duration.</summary>
    internal TimeSpan? Duration { get; private set; }

    /// <summary>Why the decision cannot be used, if a member's own form says so.</summary>
    internal string? Fault { get; private set; }

    internal void Clear()
    {
        Id = 0;
        Origin = Scenario = Scope = Type = "";
        _valueLength = 0;
        Duration = AbsentDuration;
        Fault = null;
    }

    /// <summary>Which member the name is, on which the reader stands.</summary>
    internal static DecisionField Name(ref Utf8JsonReader reader)
    {
        if (JsonText.Is(ref reader, "value"u8))
        {
            return DecisionField.Value;
        }

        if (JsonText.Is(ref reader, "duration"u8))
        {
            return DecisionField.Duration;
        }

        if (JsonText.Is(ref reader, "scope"u8))
        {
            return DecisionField.Scope;
        }

        if (JsonText.Is(ref reader, "type"u8))
        {
            return DecisionField.Type;
        }

        if (JsonText.Is(ref reader, "origin"u8))
        {
            return DecisionField.Origin;
        }

        if (JsonText.Is(ref reader, "scenario"u8))
        {
            return DecisionField.Scenario;
        }

        return JsonText.Is(ref reader, "id"u8) ? DecisionField.Id : DecisionField.Other;
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
                Origin = Start(ref reader);
                break;
            case DecisionField.Scenario:
                Scenario = Start(ref reader);
                break;
            case DecisionField.Scope:
                Scope = Whole(ref reader) ?? Scope;
                break;
            case DecisionField.Type:
                Type = Whole(ref reader) ?? Type;
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

    private string Start(ref Utf8JsonReader reader) =>
        pool.Get(_text.AsSpan(0, JsonText.CopyStart(ref reader, _text)));

    private string? Whole(ref Utf8JsonReader reader)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        if (!Check(JsonText.TryCopy(ref reader, text, out var length)))
        {
            return null;
        }

        Utf8.ToUtf16(text[..length], _text, out _, out var written);
        return pool.Get(_text.AsSpan(0, written));
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
