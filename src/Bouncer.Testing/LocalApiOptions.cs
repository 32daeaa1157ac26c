namespace Bouncer.Testing;

/// <summary>Options for a <see cref="LocalApiServer"/>.</summary>
public sealed class LocalApiOptions
{
    /// <summary>The API key of the first bouncer, named <c>development</c>.</summary>
    /// <value>When blank, the default: a random key.</value>
    public string ApiKey { get; set; } = "";

    /// <summary>The version of CrowdSec whose answers are given.</summary>
    /// <value>Default <see cref="LocalApiDialect.Newest"/>.</value>
    public LocalApiDialect Dialect { get; set; }

    /// <summary>The number of rows that the newest dialect reads from its database at a time for the lists of a stream.</summary>
    /// <value>Default 30,000, as in CrowdSec; at least 1.</value>
    public int PageSize { get; set; } = 30_000;

    /// <summary>The URLs to listen on.</summary>
    /// <value>Default: a free port on 127.0.0.1.</value>
    public string Urls { get; set; } = "http://127.0.0.1:0";

    /// <summary> The clock for creation, expiry and last pull. If the clock does not run, advance it between a pull and an
    /// addition: a decision created at the time of a pull is not new to the next one. </summary>
    /// <value>Default: the system's clock.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The decisions to serve; share one to let two servers answer from the same table.</summary>
    /// <value>When null, the default: an empty database.</value>
    public DecisionDatabase? Database { get; set; }
}
