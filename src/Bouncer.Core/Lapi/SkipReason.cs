namespace Bouncer.Lapi;

/// <summary>Reasons why a decision is unusable: the values of a tag in metrics and logs.</summary>
internal static class SkipReason
{
    internal const string Shape = "shape";
    internal const string MissingField = "missing_field";
    internal const string Address = "address";
    internal const string Duration = "duration";
    internal const string TooLong = "too_long";
    internal const string TooWide = "too_wide";
    internal const string TooMany = "too_many";
}
