namespace Bouncer.Configuration;

/// <summary>The times that a setting may have; the platform's <c>RangeAttribute</c> for them is not safe to trim.</summary>
/// <param name="minimum">The shortest, as <c>d.hh:mm:ss.f</c>.</param>
/// <param name="maximum">The longest.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeRangeAttribute(string minimum, string maximum) : Attribute
{
    public string Minimum => minimum;

    public string Maximum => maximum;
}
