using System.Net;

namespace Bouncer.Lapi;

/// <summary>The calls of CrowdSec's Local API that a bouncer makes.</summary>
/// <remarks>Every call ends within the deadlines of <see cref="LapiOptions"/> and throws only <see cref="LapiException"/>, or
/// <see cref="OperationCanceledException"/> if the caller cancels it.</remarks>
internal interface ILapiClient
{
    /// <summary>Pulls all decisions if <paramref name="startup"/> is true, else the changes since the last pull.</summary>
    Task<StreamAnswer> PullAsync(bool startup, CancellationToken cancellationToken);

    /// <summary>Gets all decisions on one address.</summary>
    /// <remarks>If the answer is too large or incomplete in time, the decisions read so far are returned: one is enough to refuse. The
    /// call fails only if there is none.</remarks>
    Task<LiveReply> QueryAsync(IPAddress address, CancellationToken cancellationToken);

    /// <summary>Gets a part of the decisions, without deduplication and paging: LAPI returns all of it or fails.</summary>
    /// <remarks>LAPI counts this as a pull of the stream if the last one is a minute old: call it right after a pull.</remarks>
    Task<ListAnswer> ListAsync(DecisionSelection selection, CancellationToken cancellationToken);

    /// <summary>Checks whether LAPI answers; needs no key and has no side effect.</summary>
    Task CheckHealthAsync(CancellationToken cancellationToken);

    /// <summary>Checks whether a LAPI, which need not be the one in use, answers and accepts the credentials.</summary>
    /// <remarks>Has no side effect, except that CrowdSec before 1.5 counts it as a pull.</remarks>
    Task CheckAccessAsync(EngineSettings of, CancellationToken cancellationToken);

    /// <summary>Reports usage metrics. LAPI may have taken a report although the call failed.</summary>
    /// <param name="report">The JSON document.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task ReportUsageAsync(ReadOnlyMemory<byte> report, CancellationToken cancellationToken);
}
