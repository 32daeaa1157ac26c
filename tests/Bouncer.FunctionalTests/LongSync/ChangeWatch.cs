using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.LongSync;

/// <summary>Visits the gateway as the clients whose decisions changed, until each gets what it should, and now and then as
/// those for whom all was right already. Thread-safe.</summary>
internal sealed class ChangeWatch(GatewayProcess gateway, Random random)
{
    private const int VisitsOfSettled = 20;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly List<Change> _all = [];
    private readonly List<Change> _open = [];
    private readonly List<(string Client, HttpStatusCode Result)> _settled = [];
    private readonly List<string> _undone = [];

    /// <summary>Every change so far.</summary>
    public IReadOnlyList<Change> All => Locked(() => _all.ToArray());

    /// <summary>Those that the gateway does not follow yet.</summary>
    public IReadOnlyList<Change> Open => Locked(() => _open.ToArray());

    /// <summary>What was right and did not stay so.</summary>
    public IReadOnlyList<string> Undone => Locked(() => _undone.ToArray());

    public void Add(Change change) => Locked(() =>
    {
        _all.Add(change);
        _open.Add(change);
        return true;
    });

    /// <summary>Expects of a client what it gets already.</summary>
    public void AddSettled(string client, HttpStatusCode result) => Locked(() =>
    {
        _settled.Add((client, result));
        return true;
    });

    /// <summary>Stops visiting settled clients, because their decisions are about to change; false, and none is touched, if one
    /// of them is not settled.</summary>
    public bool TryTake(params string[] clients) => Locked(() =>
    {
        var wanted = clients.ToHashSet(StringComparer.Ordinal);
        return _settled.Count(one => wanted.Contains(one.Client)) == clients.Length
            && _settled.RemoveAll(one => wanted.Contains(one.Client)) > 0;
    });

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var change in Open)
            {
                change.Look(await gateway.StatusForAsync(change.Client) == change.Kind.Result);
                if (change.IsFollowed)
                {
                    Settle(change);
                }
            }

            for (var i = 0; i < VisitsOfSettled; i++)
            {
                await VisitSettledAsync();
            }

            await Task.Delay(s_pause, CancellationToken.None);
        }
    }

    private void Settle(Change change) => Locked(() =>
    {
        _settled.Add((change.Client, change.Kind.Result));
        return _open.Remove(change);
    });

    private async Task VisitSettledAsync()
    {
        var expected = Locked(() => _settled.Count == 0 ? default : _settled[random.Next(_settled.Count)]);
        if (expected.Client is not null && await gateway.StatusForAsync(expected.Client) is var seen && seen != expected.Result)
        {
            // Unless its decision was about to change meanwhile.
            Locked(() =>
            {
                if (_settled.Remove(expected))
                {
                    _undone.Add($"{expected.Client} had {expected.Result} and then {seen}");
                }

                return true;
            });
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
