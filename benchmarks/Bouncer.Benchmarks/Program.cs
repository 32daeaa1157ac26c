using BenchmarkDotNet.Running;
using Bouncer.Benchmarks.Gateway;

namespace Bouncer.Benchmarks;

/// <summary>The suites of BenchmarkDotNet, and verbs of their own for loads from outside.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args)
    {
        if (args is ["serve", ..])
        {
            return LoadServer.RunAsync(args[1..]);
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return Task.FromResult(0);
    }
}
