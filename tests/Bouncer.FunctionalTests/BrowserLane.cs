namespace Bouncer.FunctionalTests;

/// <summary>Tests in a browser, one after the other, beside all others.</summary>
[CollectionDefinition(nameof(BrowserLane))]
public sealed class BrowserLane;
