using BenchmarkDotNet.Attributes;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Lookup;

/// <summary>One lookup in the address table and in a dictionary for each prefix length, side by side.</summary>
[MemoryDiagnoser]
public class LookupBenchmarks
{
    private const int Queries = 1_000_000;
    private NetworkTable _table = NetworkTable.Empty;
    private DictionaryTable<string> _dictionary = new([], _ => string.Empty);
    private IpKey[] _addresses = [];

    [Params(15_000, 100_000, 1_000_000)]
    public int Networks { get; set; }

    [Params("realistic", "misses", "half hits")]
    public string Addresses { get; set; } = "realistic";

    [GlobalSetup]
    public void Setup()
    {
        var workload = new LookupWorkload(Networks);
        _table = NetworkTable.Build(workload.Prefixes);
        _dictionary = new DictionaryTable<string>(workload.Prefixes, _ => "ban");
        Predicate<IpKey> isListed = _table.Covers;
        _addresses = Addresses switch
        {
            "realistic" => workload.Realistic(Queries, isListed),
            "misses" => workload.Misses(Queries, isListed),
            _ => workload.HalfHits(Queries, isListed),
        };
    }

    [Benchmark(OperationsPerInvoke = Queries)]
    public int PrefixTable() => _table.CountCovers(_addresses);

    [Benchmark(OperationsPerInvoke = Queries, Baseline = true)]
    public int DictionaryPerLength() => LookupReport.CountHits(_dictionary, _addresses);
}
