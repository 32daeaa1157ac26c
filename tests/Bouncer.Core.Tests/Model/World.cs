using LocalApi;

namespace Bouncer.Tests.Model;

/// <summary>A LAPI and the bouncers that pull from it.</summary>
/// <param name="Dialect">Whose answers LAPI gives.</param>
/// <param name="Origins">What the bouncers ask for; null for everything.</param>
/// <param name="Bouncers">How many there are.</param>
/// <param name="IsKeyShared">Whether they have one key.</param>
/// <param name="LongList">How many decisions of the origin <c>lists</c> stand beside those that change.</param>
public sealed record World(LocalApiDialect Dialect, string[]? Origins = null, int Bouncers = 1, bool IsKeyShared = false, int LongList = 0)
{
    internal static IReadOnlyList<World> All { get; } =
    [
        .. new[] { LocalApiDialect.Newest, LocalApiDialect.V146 }.SelectMany(IEnumerable<World> (dialect) =>
        [
            new(dialect),
            new(dialect, Origins: ["crowdsec", "cscli"]),
            new(dialect, LongList: 150),
            new(dialect, Bouncers: 2),
            new(dialect, Bouncers: 2, IsKeyShared: true, LongList: 60),
        ]),
    ];

    internal string Name => $"{Dialect}{(Origins is null ? "" : " filtered")}{(Bouncers > 1 ? IsKeyShared ? " one key" : " two keys" : "")}{(LongList > 0 ? " long" : "")}";
}
