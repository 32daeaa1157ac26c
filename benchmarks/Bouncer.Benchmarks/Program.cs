using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Bouncer.Benchmarks.Gateway;
using Bouncer.Benchmarks.Lookup;

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

        if (args is ["lookup", ..])
        {
            return Task.FromResult(LookupReport.Run(args[1..]));
        }

        if (args is ["hostile", ..])
        {
            return Task.FromResult(HostileReport.Run(args[1..]));
        }

        // In this process: the project that BenchmarkDotNet would generate does not see how this repository restores YARP.
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(5).WithIterationCount(12);
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.AddJob(job));
        return Task.FromResult(0);
    }
}
