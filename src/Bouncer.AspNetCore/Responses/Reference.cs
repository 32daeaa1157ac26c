using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>What a refused visitor can quote and an operator can find in logs and traces.</summary>
internal static class Reference
{
    private const int Longest = 64;

    internal static string Of(HttpContext context)
    {
        var reference = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
            ? activity.TraceId.ToHexString()
            : context.TraceIdentifier;
        return reference.Length <= Longest ? reference : reference[..Longest];
    }
}
