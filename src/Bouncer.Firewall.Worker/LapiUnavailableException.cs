namespace Bouncer.Firewall.Worker;

// No decisions were received in the time there was.
internal sealed class LapiUnavailableException(string message) : Exception(message);
