namespace Bouncer.Testing;

/// <summary>How a <see cref="LocalApiServer"/> is started.</summary>
public sealed class LocalApiOptions
{
    /// <summary>The API key of the first bouncer, named <c>development</c>.</summary>
    /// <value>Blank, the default, makes a random one.</value>
    public string ApiKey { get; set; } = "";

    /// <summary>Whose answers are given.</summary>
    /// <value>Default <see cref="LocalApiDialect.Newest"/>.</value>
    public LocalApiDialect Dialect { get; set; }

    /// <summary>How many rows the newest dialect reads from its database at a time, for the lists of a stream.</summary>
    /// <value>Default 30,000, as in CrowdSec; at least 1.</value>
    public int PageSize { get; set; } = 30_000;

    /// <summary>Where to listen.</summary>
    /// <value>Default: a free port on 127.0.0.1.</value>
    public string Urls { get; set; } = "http://127.0.0.1:0";

    /// <summary>
    /// Tells creation, expiry and last pull. On a clock that stands still, advance it between a pull and an addition: a
    /// decision made at the very moment of a pull is not new to the next one.
    /// </summary>
    /// <value>Default: the system's clock.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The decisions to serve; share one to let two servers answer from the same table.</summary>
    /// <value>Null, the default, makes an empty one.</value>
    public DecisionDatabase? Database { get; set; }
}
