namespace Bouncer.Firewall.Worker;

/// <summary>No decisions were received within the time limit.</summary>
internal sealed class LapiUnavailableException(string message) : Exception(message);
