using System.Globalization;

namespace Bouncer.Benchmarks.Verbs;

/// <summary>A verb's options, each a name and a value: <c>--decisions stream.json --threads 2</c>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="args">What stands behind the verb.</param>
    /// <param name="known">The names that the verb has, without the dashes.</param>
    /// <exception cref="UsageException">An option is unknown, given twice or without a value.</exception>
    internal Arguments(ReadOnlySpan<string> args, string[] known)
    {
        for (var i = 0; i < args.Length; i += 2)
        {
            var name = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..] : "";
            if (!known.Contains(name))
            {
                throw new UsageException($"There is no option '{args[i]}'.");
            }

            if (i + 1 == args.Length || args[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                throw new UsageException($"--{name} needs a value.");
            }

            if (!_values.TryAdd(name, args[i + 1]))
            {
                throw new UsageException($"--{name} is given twice.");
            }
        }
    }

    /// <summary>A value that must be given.</summary>
    internal string Text(string name) => TextOrNull(name) ?? throw new UsageException($"--{name} is missing.");

    internal string? TextOrNull(string name) => _values.GetValueOrDefault(name);

    /// <summary>A whole number; without a default it must be given.</summary>
    internal int Number(string name, int min, int max, int? otherwise = null)
    {
        if (otherwise is { } value && !_values.ContainsKey(name))
        {
            return value;
        }

        return int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--{name} is a whole number from {min} to {max}, not '{Text(name)}'."));
    }

    /// <summary>A time in seconds, up to ten minutes; fractions are allowed.</summary>
    internal TimeSpan Seconds(string name, double otherwise)
    {
        if (!_values.TryGetValue(name, out var text))
        {
            return TimeSpan.FromSeconds(otherwise);
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.1 and <= 600
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"--{name} is a time in seconds from 0.1 to 600, not '{text}'.");
    }
}
