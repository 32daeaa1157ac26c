using System.Net;
using Bouncer.Lapi;

namespace Bouncer.Tests.Model;

/// <summary>A LAPI whose stream is right and whose answers to questions are not.</summary>
internal sealed class TroubledLapi(ILapiClient lapi, Questions questions) : ILapiClient
{
    /// <summary>Whether questions are lost now, whatever else becomes of them.</summary>
    internal bool IsDeaf { get; set; }

    public Task<StreamAnswer> PullAsync(bool startup, CancellationToken cancellationToken) => lapi.PullAsync(startup, cancellationToken);

    public Task<LiveReply> QueryAsync(IPAddress address, CancellationToken cancellationToken) => lapi.QueryAsync(address, cancellationToken);

    public Task<ListAnswer> ListAsync(DecisionSelection selection, CancellationToken cancellationToken) => (IsDeaf ? Questions.Lost : questions) switch
    {
        Questions.Refused => throw new LapiException(LapiErrorKind.NotFound, "LAPI answered with status 404."),
        Questions.Lost => throw new LapiException(LapiErrorKind.Busy, "LAPI answered with status 503."),
        Questions.Miscounted when selection.Offset > 0 => lapi.ListAsync(selection with { Offset = selection.Offset - 1 }, cancellationToken),
        _ => lapi.ListAsync(selection, cancellationToken),
    };

    public Task CheckHealthAsync(CancellationToken cancellationToken) => lapi.CheckHealthAsync(cancellationToken);

    public Task CheckAccessAsync(EngineSettings of, CancellationToken cancellationToken) => lapi.CheckAccessAsync(of, cancellationToken);

    public Task ReportUsageAsync(ReadOnlyMemory<byte> report, CancellationToken cancellationToken) => lapi.ReportUsageAsync(report, cancellationToken);
}
