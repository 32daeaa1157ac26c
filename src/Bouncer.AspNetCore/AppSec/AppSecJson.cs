using System.Text.Json.Serialization;

namespace Bouncer.AspNetCore.AppSec;

[JsonSourceGenerationOptions(MaxDepth = 8, AllowDuplicateProperties = false, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AppSecAnswer))]
internal sealed partial class AppSecJson : JsonSerializerContext;
