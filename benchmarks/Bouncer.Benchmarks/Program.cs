using System.Runtime.CompilerServices;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Bouncer.Benchmarks.AppSec;
using Bouncer.Benchmarks.Cost;
using Bouncer.Benchmarks.Firewall;
using Bouncer.Benchmarks.Gateway;
using Bouncer.Benchmarks.Geo;
using Bouncer.Benchmarks.Journal;
using Bouncer.Benchmarks.Lookup;
using Bouncer.Benchmarks.Remediations;
using Bouncer.Benchmarks.Startup;
using Bouncer.Benchmarks.Verbs;

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

        if (args is [['-', ..], ..])
        {
            return Task.FromResult(RunSuites(args));
        }

        Verb[] verbs =
        [
            TableVerb.Verb, StartupVerb.Verb, DeltaVerb.Verb, GenerateVerb.Verb, LookupReport.Verb, HostileReport.Verb,
            StreamServer.Verb, ProductStart.Verb, NaiveStart.Verb, ThrottleVerb.Verb, WindowsPlanBenchmarks.Verb, CostVerb.Verb,
            SnapshotVerb.Verb, GeoVerb.Verb, JournalVerb.Verb, AppSecVerb.Verb, InstantAppSec.Verb, InspectedServer.Verb,
        ];
        return args is [var name, ..] && Array.Find(verbs, verb => verb.Name == name) is { } known
            ? known.RunAsync(args[1..])
            : Task.FromResult(Explain(verbs));
    }

    private static int Explain(Verb[] verbs)
    {
        Console.Error.WriteLine("Options alone (--filter '*') run the suites of BenchmarkDotNet. The verbs:");
        foreach (var verb in verbs)
        {
            Console.Error.WriteLine(verb.Usage);
        }

        return 2;
    }

    // Apart, so that the verbs load nothing of it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int RunSuites(string[] args)
    {
        // In this process, as all numbers in the repository were taken: nothing is generated and built for each suite.
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(5).WithIterationCount(12);
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, DefaultConfig.Instance.AddJob(job));
        return 0;
    }
}
