namespace Worker;

// No decisions were learnt in the time there was.
internal sealed class LapiUnavailableException(string message) : Exception(message);
