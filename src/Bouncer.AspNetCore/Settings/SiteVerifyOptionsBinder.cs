using Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;
using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Settings;

/// <summary>Fills the options from a section, and makes of them what the providers use.</summary>
internal static class SiteVerifyOptionsBinder
{
    internal static void Read(HttpSection section, SiteVerifyOptions options)
    {
        options.SiteKey = section.Text("SiteKey") ?? options.SiteKey;
        options.SecretKey = section.Text("SecretKey") ?? options.SecretKey;
        options.SecretKeyFile = section.Text("SecretKeyFile") ?? options.SecretKeyFile;
        options.Endpoint = section.Url("Endpoint") ?? options.Endpoint;
        options.Script = section.Url("Script") ?? options.Script;
        options.WidgetEndpoint = section.Url("WidgetEndpoint") ?? options.WidgetEndpoint;
        options.Field = section.Text("Field") ?? options.Field;
        options.ElementName = section.Text("ElementName") ?? options.ElementName;
        options.ElementClass = section.Text("ElementClass") ?? options.ElementClass;
        options.SendAddress = section.Flag("SendAddress") ?? options.SendAddress;
        options.MinScore = section.Fraction("MinScore") ?? options.MinScore;
        options.Hostname = section.Text("Hostname") ?? options.Hostname;
    }

    internal static SiteVerifySettings ToSettings(SiteVerifyOptions options, IHostEnvironment? environment) => new()
    {
        SiteKey = options.SiteKey,
        SecretKey = options.SecretKey,
        SecretKeyFile = options.SecretKeyFile is { } file ? TemplateFile.PathOf(file, environment) : null,
        Endpoint = options.Endpoint,
        Script = options.Script,
        WidgetEndpoint = options.WidgetEndpoint,
        Field = options.Field,
        ElementName = options.ElementName,
        ElementClass = options.ElementClass,
        SendAddress = options.SendAddress,
        MinScore = options.MinScore,
        Hostname = options.Hostname,
    };
}
