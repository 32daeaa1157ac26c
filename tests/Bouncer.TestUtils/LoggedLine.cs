using Microsoft.Extensions.Logging;

namespace Bouncer.TestUtils;

/// <summary>One line of a log.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Level">How grave it is.</param>
/// <param name="Text">The message, and behind it the exception, if there is one.</param>
public readonly record struct LoggedLine(int Id, LogLevel Level, string Text)
{
    /// <inheritdoc />
    public override string ToString() => $"{Id} {Level} {Text}";
}
