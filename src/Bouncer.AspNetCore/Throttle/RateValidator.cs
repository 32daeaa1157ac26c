namespace Bouncer.AspNetCore.Throttle;

/// <summary>Finds what is wrong with a rate's settings.</summary>
internal static class RateValidator
{
    private const int MostPermits = 10_000;

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1);

    internal static void Validate(string section, int? permitLimit, TimeSpan? window, int? burst, List<string> errors)
    {
        if (permitLimit is < 1 or > MostPermits)
        {
            errors.Add($"{section}:PermitLimit is {permitLimit}; it is from 1 to {MostPermits}.");
        }

        if (window < ShortestWindow || window > LongestWindow)
        {
            errors.Add($"{section}:Window is {window}; it is from {ShortestWindow} to {LongestWindow}.");
        }

        if (burst is < 1 or > MostPermits)
        {
            errors.Add($"{section}:Burst is {burst}; it is from 1 to {MostPermits}.");
        }
    }
}
