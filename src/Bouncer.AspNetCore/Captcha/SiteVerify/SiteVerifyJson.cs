using System.Text.Json.Serialization;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Serializes questions as JSON without reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SiteVerifyQuestion))]
internal sealed partial class SiteVerifyJson : JsonSerializerContext;
