using System.Text;
using Bouncer.Lapi.Wire;

namespace Bouncer.Tests.Lapi.Wire;

public sealed class SubstituteIdTests
{
    [Fact]
    public void Of_AHundredThousandValues_IsBelowZeroAndNeverTheSame()
    {
        var ids = new HashSet<long>();
        for (var i = 0; i < 100_000; i++)
        {
            var id = Of("Ip", "ban", $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}");
            Assert.True(id < 0);
            Assert.True(ids.Add(id), $"{i} is another's");
        }

        // Not in the half of the bits either that a table would look at.
        Assert.InRange(ids.DistinctBy(id => (uint)id).Count(), 99_900, 100_000);
        Assert.InRange(ids.DistinctBy(id => (uint)(id >> 31)).Count(), 99_900, 100_000);
    }

    [Fact]
    public void Of_TheSameTexts_IsTheSame() => Assert.Equal(Of("Ip", "ban", "192.0.2.1"), Of("Ip", "ban", "192.0.2.1"));

    [Fact]
    public void Of_TextsCutElsewhere_IsAnother()
    {
        (string Scope, string Type, string Value)[] cuts =
        [
            ("a", "b", "c"), ("ab", "c", ""), ("a", "bc", ""), ("", "ab", "c"), ("", "a", "bc"), ("ab", "", "c"), ("a", "", "bc"), ("", "", "abc"), ("abc", "", ""),
            ("a\n", "b", "c"), ("a", "\nb", "c"), ("a", "b\n", "c"), ("a", "b", "\nc"), ("a", "b", "c\n"), ("1", " 1 ab", "c"), ("a", "B", "c"), ("A", "b", "c"),
        ];

        Assert.Equal(cuts.Length, cuts.Select(cut => Of(cut.Scope, cut.Type, cut.Value)).Distinct().Count());
    }

    [Fact]
    public void Of_TheLongestTexts_TakesAllOfThem()
    {
        var longest = new string('a', DecisionFields.MaxLength);

        Assert.NotEqual(Of(longest, longest, longest), Of(longest, longest, longest[..^1] + "b"));
    }

    private static long Of(string scope, string type, string value) => SubstituteId.Of(scope, type, Encoding.UTF8.GetBytes(value));
}
