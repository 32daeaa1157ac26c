namespace Bouncer.Configuration;

/// <summary>Marks a setting whose empty value is an error: elsewhere an empty value counts as absent.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotEmptyAttribute : Attribute;
