namespace Bouncer.AspNetCore;

/// <summary>Receives what was done to the clients of requests, for example to keep a journal. Register it as a singleton.</summary>
public interface IRemediationSink
{
    /// <summary>Takes a remediation. Called on the request's path, from many threads at once: it must neither block nor throw.</summary>
    /// <param name="remediated">The remediation and its outcome.</param>
    void Take(in Remediated remediated);
}
