namespace Bouncer.HouseTests;

/// <summary>Fails with everything that was found, one line each.</summary>
internal static class Findings
{
    internal static void None(IEnumerable<string> findings, string rule)
    {
        var all = findings.ToArray();
        Assert.True(all.Length == 0, rule + string.Concat(all.Select(finding => "\n- " + finding)));
    }
}
