using System.Globalization;
using System.Numerics;

namespace Bouncer.Firewall.Windows;

/// <summary>The part of the blocked networks that a rule contains. It is encoded in the rule's name in Windows, so that it is
/// recognized after a restart.</summary>
/// <param name="Direction">The direction.</param>
/// <param name="IsIPv4">The family.</param>
/// <param name="Bucket">The bucket, from 0.</param>
/// <param name="Page">The page of the bucket, from 0; nearly always there is only one.</param>
internal readonly record struct RuleName(RuleDirection Direction, bool IsIPv4, int Bucket, int Page)
{
    /// <summary>The name in Windows: <c>crowdsec_bouncer-in-ipv4-0007</c>, with the suffix <c>-2</c> for the second page.</summary>
    internal string ToText(string prefix)
    {
        var (direction, family) = (Direction == RuleDirection.In ? "in" : "out", IsIPv4 ? "ipv4" : "ipv6");
        var text = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{direction}-{family}-{Bucket:D4}");
        return Page == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text}-{Page + 1}");
    }

    /// <summary>Whether networks move between the two rules when buckets are split or merged, or between pages of a
    /// bucket.</summary>
    internal bool SharesNetworksWith(RuleName other)
    {
        var (lower, higher) = (Math.Min(Bucket, other.Bucket), Math.Max(Bucket, other.Bucket));
        var mask = (int)BitOperations.RoundUpToPowerOf2((uint)lower + 1) - 1;
        return Direction == other.Direction && IsIPv4 == other.IsIPv4 && (higher & mask) == lower;
    }

    /// <summary>Reads exactly what <see cref="ToText"/> writes.</summary>
    internal static bool TryParse(string text, string prefix, out RuleName name)
    {
        name = default;
        if (!text.StartsWith(prefix + "-", StringComparison.Ordinal)
            || text[(prefix.Length + 1)..].Split('-') is not [var direction, var family, var bucket, .. var rest]
            || rest.Length > 1
            || !TryNumber(bucket, out var number)
            || number >= Buckets.MostCount)
        {
            return false;
        }

        var page = 1;
        if (rest is [var last] && !TryNumber(last, out page))
        {
            return false;
        }

        name = new(direction == "in" ? RuleDirection.In : RuleDirection.Out, family == "ipv4", number, page - 1);
        return name.Page >= 0 && name.ToText(prefix) == text;
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
