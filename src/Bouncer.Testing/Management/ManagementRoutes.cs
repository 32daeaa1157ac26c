using System.Net;
using System.Text.Json;
using Bouncer.Testing.Api;

namespace Bouncer.Testing.Management;

/// <summary>The calls that control the program from outside. A real LAPI does not have them; they are answered only to loopback,
/// and not to pages in a browser.</summary>
internal sealed class ManagementRoutes(LocalApiState state)
{
    public const string Prefix = "/manage/";

    private readonly DecisionManagement _decisions = new(state);

    public async Task HandleAsync(HttpContext context)
    {
        if (!IsLocal(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        try
        {
            await ((context.Request.Method, context.Request.Path.Value) switch
            {
                ("GET", "/manage/decisions") => ManagementJson.AnswerAsync(context, StatusCodes.Status200OK, state.Database.Snapshot(), ManagementMessages.Default.IReadOnlyListStoredDecision),
                ("POST", "/manage/decisions") => _decisions.AddAsync(context),
                ("PATCH", "/manage/decisions") => _decisions.ExtendAsync(context),
                ("DELETE", "/manage/decisions") => _decisions.DeleteAsync(context),
                ("POST", "/manage/blocklists") => _decisions.RefreshAsync(context),
                ("GET", "/manage/bouncers") => ManagementJson.AnswerAsync(context, StatusCodes.Status200OK, state.Bouncers.Snapshot(), ManagementMessages.Default.IReadOnlyListRegisteredBouncer),
                ("POST", "/manage/pulls") => StealPullAsync(context),
                ("POST", "/manage/faults") => AddFaultAsync(context),
                ("DELETE", "/manage/faults") => ClearFaultsAsync(context),
                _ => RefuseAsync(context, StatusCodes.Status404NotFound, "no such call"),
            });
        }
        catch (Exception refused) when (refused is JsonException or DecisionQueryException or ArgumentException)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, refused.Message);
        }
    }

    // A page of another site can reach loopback as well; its Host header or a form's content type shows that.
    private static bool IsLocal(HttpContext context)
    {
        var host = context.Request.Host.Host.Trim('[', ']');
        var named = host == "localhost" || (IPAddress.TryParse(host.AsSpan(), out var address) && IPAddress.IsLoopback(address));
        var hasBody = HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsPatch(context.Request.Method);
        var typed = !hasBody || context.Request.HasJsonContentType();
        return named && typed && context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer);
    }

    private async Task StealPullAsync(HttpContext context)
    {
        var asked = await ManagementJson.ReadAsync(context, ManagementMessages.Default.StolenPull);
        if (!state.Bouncers.StealPull(asked.Bouncer ?? "development"))
        {
            throw new ArgumentException($"no such bouncer: {asked.Bouncer}");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task AddFaultAsync(HttpContext context)
    {
        var asked = await ManagementJson.ReadAsync(context, ManagementMessages.Default.NewFault);
        state.Faults.Add(
            new Fault
            {
                Path = asked.Path ?? "/v1/",
                Delay = ManagementJson.Duration(asked.Delay) ?? TimeSpan.Zero,
                Status = asked.Status,
                Headers = asked.Headers ?? [],
                Body = asked.Body,
                CutAfter = asked.CutAfter,
                StallAfter = asked.StallAfter,
                Database = asked.Database,
                DatabaseAfterPages = asked.DatabaseAfterPages,
            },
            asked.Times);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task ClearFaultsAsync(HttpContext context)
    {
        state.Faults.Clear();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task RefuseAsync(HttpContext context, int status, string message) =>
        ManagementJson.AnswerAsync(context, status, new Refused(message), ManagementMessages.Default.Refused);
}
