namespace Bouncer.Configuration;

/// <summary>Marks a text whose blanks at begin and end belong to it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeepsBlanksAttribute : Attribute;
