using Microsoft.Extensions.Options;

namespace Bouncer.Configuration;

/// <summary>All that is wrong with the settings, one error a line. Without a stack: where settings are read from says nothing of what
/// is wrong with them.</summary>
/// <param name="failures">The errors.</param>
internal sealed class InvalidSettingsException(IEnumerable<string> failures) : OptionsValidationException("Bouncer", typeof(BouncerOptions), failures)
{
    public override string Message => "The settings are not valid:" + string.Concat(Failures.Select(static failure => "\n- " + failure));

    public override string? StackTrace => null;

    /// <summary>Runs a check, and tells all that it finds in one exception.</summary>
    internal static void ThrowIfAny(IStartupValidator? check)
    {
        try
        {
            check?.Validate();
        }
        catch (Exception error) when (Find(error) is { } failures)
        {
            throw new InvalidSettingsException(failures);
        }
    }

    /// <summary>The errors of one or several validations; null if anything else went wrong.</summary>
    private static IEnumerable<string>? Find(Exception error) => error switch
    {
        OptionsValidationException invalid => invalid.Failures,
        AggregateException several when several.InnerExceptions.All(static inner => inner is OptionsValidationException) =>
            several.InnerExceptions.SelectMany(static inner => ((OptionsValidationException)inner).Failures).Distinct(),
        _ => null,
    };
}
