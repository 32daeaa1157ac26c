using Bouncer.Testing;

namespace Bouncer.Tests.Model;

/// <summary>A LAPI and the bouncers that pull from it.</summary>
/// <param name="Dialect">Whose answers LAPI gives.</param>
/// <param name="Origins">What the bouncers ask for; null for everything.</param>
/// <param name="Bouncers">How many there are.</param>
/// <param name="IsKeyShared">Whether they have one key.</param>
/// <param name="LongList">How many decisions of the origin <c>lists</c> stand beside those that change.</param>
/// <param name="Questions">What becomes of questions.</param>
/// <param name="IsQuiet">Whether one thing happens at a time, and nothing ends by itself.</param>
public sealed record World(
    LocalApiDialect Dialect,
    string[]? Origins = null,
    int Bouncers = 1,
    bool IsKeyShared = false,
    int LongList = 0,
    Questions Questions = Questions.Answered,
    bool IsQuiet = false)
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
            new(dialect, IsQuiet: true),
        ]),
        new(LocalApiDialect.Newest, Questions: Questions.Refused),
        new(LocalApiDialect.Newest, Questions: Questions.Lost),
        new(LocalApiDialect.Newest, Questions: Questions.Miscounted),
    ];

    internal string Name => string.Join(' ', Parts());

    private IEnumerable<string> Parts()
    {
        yield return Dialect.ToString();
        if (Origins is not null)
        {
            yield return "filtered";
        }

        if (Bouncers > 1)
        {
            yield return IsKeyShared ? "one key" : "two keys";
        }

        if (LongList > 0)
        {
            yield return "long";
        }

        if (IsQuiet)
        {
            yield return "quiet";
        }

        if (Questions != Questions.Answered)
        {
            yield return $"questions {Questions}".ToLowerInvariant();
        }
    }
}
