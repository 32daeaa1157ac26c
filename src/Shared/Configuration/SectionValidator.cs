using Microsoft.Extensions.Options;

namespace Bouncer.Configuration;

/// <summary>Reports errors in the form of the sections to which options are bound.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
internal sealed class SectionValidator<TOptions> : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var errors = BoundSections.Of(options).Errors;
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Select(static error => $"{error.Key} {error.Value}"));
    }
}
