using System.Diagnostics;
using System.Globalization;
using Bouncer.AspNetCore.Responses;
using Bouncer.TestUtils;

namespace Bouncer.AspNetCore.Tests.Responses;

public sealed class CompatibleFormsTests
{
    /// <summary>The table is a copy of what Unicode's data says: Node has it in full.</summary>
    [Fact]
    public async Task Table_IsThatOfUnicode()
    {
        var listed = new HashSet<int>();
        foreach (var line in await AskNodeAsync())
        {
            var range = line.Split(' ').Select(number => int.Parse(number, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
            listed.UnionWith(Enumerable.Range(range[0], range[1] - range[0] + 1));
        }

        Assert.InRange(listed.Count, 5000, 10_000);
        List<string> wrong = [];
        for (var character = 0; character <= 0x10_FFFF; character++)
        {
            if (character is < 0xD800 or > 0xDFFF && CompatibleForms.AreIn($"/a{char.ConvertFromUtf32(character)}b") != listed.Contains(character))
            {
                wrong.Add($"{character:X4}");
            }
        }

        Assert.Equal([], wrong);
    }

    private static async Task<string[]> AskNodeAsync()
    {
        var start = new ProcessStartInfo(RequiredPart.Node.PathOrSkip())
        {
            ArgumentList = { RepositoryRoot.Combine("tests", "unicode", "compatible-forms.mjs") },
            RedirectStandardOutput = true,
        };
        using var node = Process.Start(start)!;
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, node.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
