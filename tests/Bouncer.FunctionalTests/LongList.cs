using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>One CrowdSec with 100,000 imported bans, shared by the tests of a class.</summary>
public sealed class LongList : IAsyncDisposable
{
    /// <summary>How many addresses of <see cref="Row"/> are banned.</summary>
    public const int Count = 100_000;

    private CrowdSecServer? _crowdSec;

    /// <summary>What is banned; the rows after it are free for the tests.</summary>
    public static AddressRow Row => new(11);

    /// <summary>Made by the first test that wants it, which is skipped where a part is missing.</summary>
    public async Task<CrowdSecServer> GetAsync()
    {
        if (_crowdSec is null)
        {
            _crowdSec = await CrowdSecServer.StartAsync();
            await _crowdSec.HoldAsync(Row, Count);
        }

        return _crowdSec;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _crowdSec?.DisposeAsync() ?? ValueTask.CompletedTask;
}
