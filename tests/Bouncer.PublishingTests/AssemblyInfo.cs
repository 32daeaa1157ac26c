using Bouncer.PublishingTests;
using Xunit.v3;

// A publish uses every core.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: AssemblyFixture(typeof(NativePrograms))]
