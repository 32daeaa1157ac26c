using Refit;

namespace Bouncer.Lapi;

/// <summary>The requests of CrowdSec's Local API that a bouncer makes. The caller reads the answers, within its bounds.</summary>
/// <remarks>A filter that is null is left out. Filters are escaped by <see cref="DecisionQuery"/>, which leaves the commas between
/// their values as they are. LAPI compares its switches with <c>true</c> and <c>false</c>, and Refit writes a Boolean as
/// <c>True</c>: they are texts.</remarks>
[Headers("Cache-Control: no-cache")]
internal interface ILapiApi
{
    /// <summary>Pulls decisions.</summary>
    /// <param name="startup"><c>true</c> for the whole list, <c>false</c> for what changed since the last pull.</param>
    /// <param name="dedup"><c>false</c>, so that LAPI does not leave out decisions with the scope, type and value of another.</param>
    /// <param name="scopes">Only these scopes.</param>
    /// <param name="origins">Only these origins.</param>
    /// <param name="containing">Only scenarios that contain one of these texts.</param>
    /// <param name="notContaining">Only scenarios that contain none of these texts.</param>
    /// <param name="userAgent">The name and version of this bouncer.</param>
    /// <param name="key">The bouncer's key; null sends none.</param>
    /// <param name="cancellationToken">Ends the call, but not the reading of the body.</param>
    [Get("/v1/decisions/stream")]
    Task<HttpResponseMessage> PullAsync(
        string startup,
        string dedup,
        [Encoded] string? scopes,
        [Encoded] string? origins,
        [AliasAs("scenarios_containing"), Encoded] string? containing,
        [AliasAs("scenarios_not_containing"), Encoded] string? notContaining,
        [Header("User-Agent")] string userAgent,
        [Header("X-Api-Key")] string? key,
        CancellationToken cancellationToken);

    /// <summary>Gets all decisions on one address.</summary>
    /// <param name="ip">The address, escaped.</param>
    /// <param name="scopes">Only these scopes.</param>
    /// <param name="origins">Only these origins.</param>
    /// <param name="containing">Only scenarios that contain one of these texts.</param>
    /// <param name="notContaining">Only scenarios that contain none of these texts.</param>
    /// <param name="userAgent">The name and version of this bouncer.</param>
    /// <param name="key">The bouncer's key; null sends none.</param>
    /// <param name="cancellationToken">Ends the call, but not the reading of the body.</param>
    [Get("/v1/decisions")]
    Task<HttpResponseMessage> QueryAsync(
        [Encoded] string ip,
        [Encoded] string? scopes,
        [Encoded] string? origins,
        [AliasAs("scenarios_containing"), Encoded] string? containing,
        [AliasAs("scenarios_not_containing"), Encoded] string? notContaining,
        [Header("User-Agent")] string userAgent,
        [Header("X-Api-Key")] string? key,
        CancellationToken cancellationToken);

    /// <summary>Gets a part of the decisions.</summary>
    /// <param name="scopes">Only these scopes.</param>
    /// <param name="origins">Only these origins.</param>
    /// <param name="containing">Only scenarios that contain one of these texts.</param>
    /// <param name="notContaining">Only scenarios that contain none of these texts.</param>
    /// <param name="value">Only this value, escaped.</param>
    /// <param name="aboveId">Only ids larger than this.</param>
    /// <param name="offset">The number of decisions to skip.</param>
    /// <param name="limit">The maximum number of decisions.</param>
    /// <param name="userAgent">The name and version of this bouncer.</param>
    /// <param name="key">The bouncer's key; null sends none.</param>
    /// <param name="cancellationToken">Ends the call, but not the reading of the body.</param>
    [Get("/v1/decisions")]
    Task<HttpResponseMessage> ListAsync(
        [Encoded] string scopes,
        [Encoded] string? origins,
        [AliasAs("scenarios_containing"), Encoded] string? containing,
        [AliasAs("scenarios_not_containing"), Encoded] string? notContaining,
        [Encoded] string? value,
        [AliasAs("id_gt")] long? aboveId,
        long? offset,
        long? limit,
        [Header("User-Agent")] string userAgent,
        [Header("X-Api-Key")] string? key,
        CancellationToken cancellationToken);

    /// <summary>Checks whether LAPI answers.</summary>
    /// <param name="userAgent">The name and version of this bouncer.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Get("/health")]
    Task<HttpResponseMessage> CheckHealthAsync([Header("User-Agent")] string userAgent, CancellationToken cancellationToken);

    /// <summary>Checks whether LAPI accepts the key.</summary>
    /// <param name="userAgent">The name and version of this bouncer.</param>
    /// <param name="key">The bouncer's key; null sends none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Head("/v1/decisions/stream")]
    Task<HttpResponseMessage> CheckAccessAsync([Header("User-Agent")] string userAgent, [Header("X-Api-Key")] string? key, CancellationToken cancellationToken);

    /// <summary>Reports usage metrics.</summary>
    /// <param name="report">The JSON document.</param>
    /// <param name="userAgent">The name and version of this bouncer.</param>
    /// <param name="key">The bouncer's key; null sends none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Post("/v1/usage-metrics")]
    Task<HttpResponseMessage> ReportUsageAsync(
        [Body] HttpContent report,
        [Header("User-Agent")] string userAgent,
        [Header("X-Api-Key")] string? key,
        CancellationToken cancellationToken);
}
