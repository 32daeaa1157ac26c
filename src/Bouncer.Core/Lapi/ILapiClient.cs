using System.Net;

namespace Bouncer.Lapi;

/// <summary>The calls of CrowdSec's Local API that a bouncer makes.</summary>
/// <remarks>Every call ends within the deadlines of <see cref="LapiOptions"/> and fails only with
/// <see cref="LapiException"/>, or <see cref="OperationCanceledException"/> when the caller's token ends it.</remarks>
internal interface ILapiClient
{
    /// <summary>Pulls decisions: everything when <paramref name="startup"/>, else what changed since the last pull.</summary>
    Task<StreamAnswer> PullAsync(bool startup, CancellationToken cancellationToken);

    /// <summary>Asks for all decisions on one address.</summary>
    /// <remarks>If the answer is too large, or does not end in time, the decisions count that were read by then: one is enough to
    /// refuse. The call fails only if there is none.</remarks>
    Task<LiveReply> QueryAsync(IPAddress address, CancellationToken cancellationToken);

    /// <summary>Asks for a part of the decisions, without folding and paging: LAPI answers with all of it or not at all.</summary>
    /// <remarks>LAPI takes this for a pull of the stream if the last one is a minute old: ask right after a pull.</remarks>
    Task<ListAnswer> ListAsync(DecisionSelection selection, CancellationToken cancellationToken);

    /// <summary>Asks whether LAPI answers at all; needs no key and has no side effect.</summary>
    Task CheckHealthAsync(CancellationToken cancellationToken);
}
