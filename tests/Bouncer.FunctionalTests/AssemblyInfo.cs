using Xunit.v3;

// Each test has programs of its own running; more at once would time the machine, not the code. Those with a browser mostly wait
// for it, so they have a lane of their own.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
[assembly: Parallelization(MaxThreads = 2)]
