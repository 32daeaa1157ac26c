using System.Globalization;
using Bouncer.Firewall.Comparison;

// Two bouncers on the same decisions of a real CrowdSec, each with the kernel's firewall of a network namespace to itself.
// Prints Markdown.
if (args is not [var worker, var peer, .. var sizes])
{
    await Console.Error.WriteLineAsync("Give the paths of the two programs, then the numbers of decisions at start.");
    return 2;
}

Subject[] subjects = [new OurWorker(worker), new DebianPeer(peer)];
await BlockingTable.PrintAsync(subjects);
await ScenarioTable.PrintAsync(subjects);
await PacketTable.PrintAsync(worker);
await TimeTable.PrintAsync(subjects, [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))]);
return 0;
