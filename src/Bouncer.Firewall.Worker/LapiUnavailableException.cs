namespace Bouncer.Firewall.Worker;

/// <summary>No decisions were received in the time there was.</summary>
internal sealed class LapiUnavailableException(string message) : Exception(message);
