namespace Bouncer.Journal.Ladder;

/// <summary>Finds the times from which a number of calendar months have passed: a time is due once <see cref="DateTime.AddMonths"/>
/// of it is not later than now.</summary>
internal static class DueTimes
{
    /// <summary>The unit in which times are kept.</summary>
    private static readonly TimeSpan Unit = TimeSpan.FromMilliseconds(1);

    /// <summary>The spans of due times, each without its end. There are several if now is the last day of a short month: the last days of
    /// a longer month end then, each at its own hour.</summary>
    /// <param name="now">The current time in UTC.</param>
    /// <param name="months">How many months have to pass; more than 0.</param>
    internal static IEnumerable<(DateTime From, DateTime Before)> Of(DateTime now, int months)
    {
        if (now < DateTime.MinValue.AddMonths(months + 1))
        {
            yield break;
        }

        var month = new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(-months);
        var (days, today) = (DateTime.DaysInMonth(month.Year, month.Month), now.Day);
        if (today > days)
        {
            yield return (DateTime.MinValue, month.AddMonths(1));
            yield break;
        }

        yield return (DateTime.MinValue, month.AddDays(today - 1) + now.TimeOfDay + Unit);
        for (var day = today + 1; today == DateTime.DaysInMonth(now.Year, now.Month) && day <= days; day++)
        {
            yield return (month.AddDays(day - 1), month.AddDays(day - 1) + now.TimeOfDay + Unit);
        }
    }
}
