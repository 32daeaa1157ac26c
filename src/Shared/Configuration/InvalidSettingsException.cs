using Microsoft.Extensions.Options;

namespace Bouncer.Configuration;

/// <summary>The errors in the settings, one per line. Has no stack trace, because the code that reads settings does not explain
/// their errors.</summary>
/// <param name="failures">The errors.</param>
internal sealed class InvalidSettingsException(IEnumerable<string> failures) : OptionsValidationException("Bouncer", typeof(BouncerOptions), failures)
{
    public override string Message => "The settings are not valid:" + string.Concat(Failures.Select(static failure => "\n- " + failure));

    public override string? StackTrace => null;

    /// <summary>Runs a check, and throws one exception with all errors.</summary>
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

    /// <summary>Returns the errors of one or several validations; null for any other exception.</summary>
    private static IEnumerable<string>? Find(Exception error) => error switch
    {
        OptionsValidationException invalid => invalid.Failures,
        AggregateException several when several.InnerExceptions.All(static inner => inner is OptionsValidationException) =>
            several.InnerExceptions.SelectMany(static inner => ((OptionsValidationException)inner).Failures).Distinct(),
        _ => null,
    };
}
