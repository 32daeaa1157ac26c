namespace Bouncer.Testing;

/// <summary>How an <see cref="AppSecServer"/> is started.</summary>
public sealed class AppSecServerOptions
{
    /// <summary>Where to listen.</summary>
    /// <value>Default: a free port on 127.0.0.1.</value>
    public string Urls { get; set; } = "http://127.0.0.1:0";

    /// <summary>The API key that callers have to show.</summary>
    /// <value>Empty, the default, makes a random one.</value>
    public string ApiKey { get; set; } = "";

    /// <summary>The largest body that is inspected whole, in bytes.</summary>
    /// <value>Default 10 MiB, as in CrowdSec; at least 1.</value>
    public int MaxBodySize { get; set; } = 10 * 1024 * 1024;

    /// <summary>What is done with a larger one.</summary>
    /// <value>Default <see cref="BodySizeAction.Drop"/>, as in CrowdSec.</value>
    public BodySizeAction BodySizeAction { get; set; }

    /// <summary>The time that a body has to arrive in. What came until then is inspected, and the connection closed.</summary>
    /// <value>Default 1 s, as in CrowdSec; zero waits without end, for tests on machines that are slow.</value>
    public TimeSpan BodyReadTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Tells when <see cref="BodyReadTimeout"/> and the delays of faults are over, and the expiry of cookies.</summary>
    /// <value>Default: the system's clock.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
