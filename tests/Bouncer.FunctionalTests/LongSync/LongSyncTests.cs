using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests.LongSync;

/// <summary>What scripts/long-sync.sh runs.</summary>
public sealed class LongSyncTests
{
    [CampaignFact]
    public async Task Changes_ForManyMinutes_AllShowInGoodTime()
    {
        var minutes = Number(CampaignFactAttribute.Minutes);
        var held = Number("BOUNCERS_LONG_SYNC_HELD");
        var seed = Number("BOUNCERS_LONG_SYNC_SEED");

        // A signal ends the campaign, not the process: its programs are stopped, and what was seen until then is reported.
        using var interrupted = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

        await using var crowdSec = await CrowdSecServer.StartAsync();
        await crowdSec.HoldAsync(LongList.Row, held);
        await using var gateway = await GatewayProcess.StartAsync(crowdSec.Url, CrowdSecServer.ApiKey);
        await gateway.BecomesAsync(LongList.Row.At(held - 1), HttpStatusCode.Forbidden, Polls.Several);

        Console.WriteLine($"long-sync: {minutes} minutes with {held} held, seed {seed}");
        var faults = await new Campaign(crowdSec, gateway, held, seed).RunAsync(TimeSpan.FromMinutes(minutes), interrupted.Token);
        Assert.True(faults == 0, $"{faults} faults");

        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }
    }

    private static int Number(string variable) =>
        int.Parse(Environment.GetEnvironmentVariable(variable) ?? "", NumberStyles.None, CultureInfo.InvariantCulture);
}
