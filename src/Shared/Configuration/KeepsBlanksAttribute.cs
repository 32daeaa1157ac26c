namespace Bouncer.Configuration;

/// <summary>Marks a text of which leading and trailing blanks are part.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeepsBlanksAttribute : Attribute;
