using System.Globalization;
using Bouncer.Testing;

namespace Bouncer.Tests.Model;

/// <summary>
/// Random lives of decisions in a Local API that forgets as the real one does, polled over HTTP through the real client. After
/// every poll, each client is treated as the rows that LAPI has say. The table is the reference.
/// </summary>
/// <remarks>scripts/model.sh walks a million steps.</remarks>
internal static class SyncModel
{
    /// <summary>Of all walks together, unless the environment asks for more.</summary>
    private const int Steps = 6_000;

    private const int StepsOfAWalk = 200;

    internal static TheoryData<string> Of(LocalApiDialect dialect) => [.. World.All.Where(world => world.Dialect == dialect).Select(world => world.Name)];

    internal static async Task WalkAsync(string name)
    {
        var steps = Setting("BOUNCERS_MODEL_STEPS", Steps) / World.All.Count;
        var seed = Setting("BOUNCERS_MODEL_SEED", 0);
        var world = World.All.Single(one => one.Name == name);
        var tally = new WalkTally();
        for (var walk = 0; walk * StepsOfAWalk < steps; walk++)
        {
            await SyncWalk.RunAsync(world, seed + walk, Math.Min(StepsOfAWalk, steps - (walk * StepsOfAWalk)), tally);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: seeds from {seed} on, {tally}");
        Assert.True(tally.Answered * 2 > steps, $"Most polls are answered: {tally}");
        Assert.True(tally.Checks > tally.Answered, $"Verdicts were compared: {tally}");
    }

    private static int Setting(string name, int standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
}
