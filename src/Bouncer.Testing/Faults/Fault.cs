namespace Bouncer.Testing;

/// <summary>A fault. Its parts can be combined: a delay, then a status, a body, a cut or a stall.</summary>
public sealed record Fault
{
    /// <summary>The prefix of the paths to which it applies; by default every path, including LAPI's health.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The delay before anything else.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The status to answer with instead of the real answer.</summary>
    public int? Status { get; init; }

    /// <summary>Headers of the failing answer, such as Location or Retry-After.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The body to answer with; by default with status 200 and the content type of the real answers.</summary>
    public string? Body { get; init; }

    /// <summary>The number of bytes of the real answer after which the connection is cut. The request's side effects still happen,
    /// as with a real LAPI.</summary>
    public int? CutAfter { get; init; }

    /// <summary>The number of bytes of the real answer after which nothing more is sent until the client disconnects.</summary>
    public int? StallAfter { get; init; }

    /// <summary>
    /// LAPI's database fails: 500 with a message from 1.4.6; the newest dialect's stream answers 200 with two empty lists.
    /// A live lookup is answered with 500 by both, <c>/health</c> with up. The last pull is not advanced.
    /// </summary>
    public bool Database { get; init; }

    /// <summary>
    /// LAPI's database fails after so many pages (<see cref="LocalApiOptions.PageSize"/>) of one answer: the newest dialect's
    /// stream answers 200 with the rows of these pages, in valid JSON. A live lookup is one page. 1.4.6 has no pages and
    /// answers 500. The last pull is not advanced.
    /// </summary>
    public int? DatabaseAfterPages { get; init; }
}
