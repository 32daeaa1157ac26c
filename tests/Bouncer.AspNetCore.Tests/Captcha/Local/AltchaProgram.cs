using System.Diagnostics;
using System.Text.Json.Nodes;
using Bouncer.TestUtils;

namespace Bouncer.AspNetCore.Tests.Captcha.Local;

/// <summary>The public package altcha-lib under Node. Skips the running test where either is missing.</summary>
internal static class AltchaProgram
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    internal static async Task<JsonNode> AskAsync(JsonObject request)
    {
        var start = new ProcessStartInfo(RequiredPart.Node.PathOrSkip())
        {
            ArgumentList = { RepositoryRoot.Combine("tests", "altcha", "altcha.mjs"), RequiredPart.Altcha.PathOrSkip() },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Deadline);
        using var node = Process.Start(start)!;
        try
        {
            var output = node.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = node.StandardError.ReadToEndAsync(limit.Token);
            await node.StandardInput.WriteAsync(request.ToJsonString());
            node.StandardInput.Close();
            await node.WaitForExitAsync(limit.Token);
            Assert.True(node.ExitCode == 0, await errors);
            return JsonNode.Parse(await output)!;
        }
        finally
        {
            node.Kill(entireProcessTree: true);
        }
    }
}
