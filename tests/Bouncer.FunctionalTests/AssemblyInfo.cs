// Each test has programs of its own running; several at once would time the machine, not the code.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
