namespace Bouncer.Configuration;

/// <summary>The permitted range of a time span; used because <c>RangeAttribute</c> for this type is not trim-safe.</summary>
/// <param name="minimum">The minimum, as <c>d.hh:mm:ss.f</c>.</param>
/// <param name="maximum">The maximum.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeRangeAttribute(string minimum, string maximum) : Attribute
{
    public string Minimum => minimum;

    public string Maximum => maximum;
}
