using System.Text;
using Bouncer.Testing.Api;

namespace Bouncer.Testing.AppSec;

/// <summary>The rules of the CrowdSec whose answers were recorded.</summary>
internal static class RecordedRules
{
    public static AppSecReply Apply(InspectedRequest request)
    {
        var target = request.Uri!.Split('#')[0].Split('?', 2);
        if (Uri.UnescapeDataString(target[0]).Contains("/rpc2", StringComparison.OrdinalIgnoreCase)
            || request.Body.AsSpan().IndexOf("evilbody"u8) >= 0)
        {
            return AppSecReply.Ban;
        }

        return GoQuery.Parse(target.Length == 1 ? "" : target[1]).GetValueOrDefault("x") switch
        {
            "attack" => AppSecReply.Ban,
            "captcha" => AppSecReply.Captcha,
            _ => AppSecReply.Allow,
        };
    }
}
