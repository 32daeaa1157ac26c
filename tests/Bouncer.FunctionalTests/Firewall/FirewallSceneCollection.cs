namespace Bouncer.FunctionalTests.Firewall;

/// <summary>One CrowdSec and one pair of networks for all tests of the worker.</summary>
[CollectionDefinition(nameof(FirewallScene))]
public sealed class FirewallSceneCollection : ICollectionFixture<FirewallScene>;
