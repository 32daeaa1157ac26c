using System.Text;
using Bouncer.Net;

namespace Bouncer.Lapi.Wire;

/// <summary>Makes a <see cref="Decision"/> of what was read, or says why it cannot be one.</summary>
internal sealed class DecisionMapper(StreamQuery query, AnswerTime received, TextPool pool)
{
    // Types and scopes are free texts: beyond this many, each is made anew.
    private const int MaxKnown = 256;

    private readonly Dictionary<string, Remediation> _remediations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DecisionScope> _scopes = new(StringComparer.Ordinal);

    /// <summary>Maps an entry of <c>new</c> or of a live answer: null with a reason when it is unusable, null without one
    /// when it already ended.</summary>
    internal Decision? Map(DecisionFields fields, out string? fault)
    {
        fault = Check(fields);
        fault ??= fields.Duration is null ? SkipReason.Duration : null;
        if (fault is not null || fields.Duration <= TimeSpan.Zero)
        {
            return null;
        }

        var scope = Scope(fields.Scope);
        IpPrefix? prefix = null;
        if (scope.IsAddress)
        {
            fault = Parse(fields, out var parsed) ?? (query.IsTooWide(parsed) ? SkipReason.TooWide : null);
            prefix = parsed;
        }

        return fault is null ? Build(fields, scope, prefix, fields.Duration) : null;
    }

    /// <summary>Maps an entry of <c>deleted</c>, whose duration means nothing and which may be as wide as it likes.</summary>
    internal Decision? MapDeleted(DecisionFields fields, out string? fault)
    {
        fault = Check(fields);
        if (fault is not null)
        {
            return null;
        }

        var scope = Scope(fields.Scope);
        IpPrefix? prefix = null;
        if (scope.IsAddress)
        {
            fault = Parse(fields, out var parsed);
            prefix = parsed;
        }

        return fault is null ? Build(fields, scope, prefix, null) : null;
    }

    private static string? Check(DecisionFields fields)
    {
        if (fields.Fault is not null)
        {
            return fields.Fault;
        }

        var missing = string.IsNullOrWhiteSpace(fields.Type) || string.IsNullOrWhiteSpace(fields.Scope) || fields.Value.IsEmpty;
        return missing ? SkipReason.MissingField : null;
    }

    private static string? Parse(DecisionFields fields, out IpPrefix prefix) =>
        IpParser.TryParsePrefix(fields.Value, out prefix) ? null : SkipReason.Address;

    private Decision Build(DecisionFields fields, DecisionScope scope, IpPrefix? prefix, TimeSpan? lifetime) => new()
    {
        Id = fields.Id,
        Origin = fields.Origin,
        Scenario = fields.Scenario,
        Scope = scope,
        Value = Value(fields.Value, scope),
        Prefix = prefix,
        Remediation = Remediation(fields.Type),
        Type = fields.Type,
        ExpiresAt = lifetime is { } ahead ? received.WallClock(ahead) : default,
        Deadline = lifetime is { } monotonic ? received.Deadline(monotonic) : 0,
    };

    /// <summary>Addresses seldom repeat; the values of other scopes do.</summary>
    private string Value(ReadOnlySpan<byte> utf8, DecisionScope scope)
    {
        if (scope.IsAddress)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        Span<char> text = stackalloc char[DecisionFields.MaxLength];
        return pool.Get(text[..Encoding.UTF8.GetChars(utf8, text)]);
    }

    private Remediation Remediation(string type) => Known(_remediations, type, static name => new Remediation(name));

    private DecisionScope Scope(string name) => Known(_scopes, name, static name => new DecisionScope(name));

    private static T Known<T>(Dictionary<string, T> known, string name, Func<string, T> make)
    {
        if (!known.TryGetValue(name, out var value))
        {
            value = make(name);
            if (known.Count < MaxKnown)
            {
                known.Add(name, value);
            }
        }

        return value;
    }
}
