namespace Bouncer.Benchmarks.Verbs;

/// <summary>Of many measured values, the one that stands for them.</summary>
internal static class Samples
{
    internal static double Median(IEnumerable<double> values) => Quantile(values, 0.5);

    /// <summary>The smallest value that so great a part of the values does not exceed.</summary>
    internal static double Quantile(IEnumerable<double> values, double part)
    {
        double[] ordered = [.. values.Order()];
        return ordered[Math.Max(0, (int)Math.Ceiling(part * ordered.Length) - 1)];
    }

    /// <summary>Four significant digits are more than a shared machine measures.</summary>
    internal static double Round(double value) => Math.Round(value, value < 10 ? 3 : value < 1_000 ? 2 : 0);
}
