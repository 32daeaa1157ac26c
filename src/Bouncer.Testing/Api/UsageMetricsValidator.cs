using System.Text.Json;

namespace Bouncer.Testing.Api;

/// <summary>The checks of POST /v1/usage-metrics in LAPI's order: JSON types (400), then its schema (422), then the count of
/// components (400).</summary>
internal static class UsageMetricsValidator
{
    private const int LongestText = 255;

    public static void Validate(string body)
    {
        using var document = Parse(body);
        var root = document.RootElement;
        RequireKind(root, "object", "", JsonValueKind.Object);
        var components = ItemsOf(root, "remediation_components", "remediation_components");
        var processors = ItemsOf(root, "log_processors", "log_processors");
        components.ForEach(CheckTypes);
        for (var i = 0; i < components.Count; i++)
        {
            CheckSchema(components[i], $"remediation_components.{i}");
        }

        if (components.Count > 1)
        {
            throw new UsageMetricsException(StatusCodes.Status400BadRequest, "Payload has more than one remediation component");
        }

        if (components.Count == 0 || processors.Count > 0)
        {
            throw new UsageMetricsException(StatusCodes.Status400BadRequest, "Missing remediation component data");
        }
    }

    private static JsonDocument Parse(string body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            var reason = body.Length == 0 ? "EOF" : $"invalid character '{body.TrimStart().FirstOrDefault()}' looking for beginning of value";
            throw new UsageMetricsException(StatusCodes.Status400BadRequest, reason);
        }
    }

    private static void CheckTypes(JsonElement component)
    {
        const string Path = "remediation_components";
        RequireKind(component, "models.RemediationComponentsMetrics", Path, JsonValueKind.Object);
        foreach (var name in (string[])["type", "name", "version"])
        {
            RequireText(component, name, $"{Path}.{name}");
        }

        RequireInteger(component, "utc_startup_timestamp", $"{Path}.utc_startup_timestamp");
        RequireInteger(component, "last_pull", $"{Path}.last_pull");
        if (ObjectOf(component, "os", $"{Path}.os") is { } os)
        {
            RequireText(os, "name", $"{Path}.os.name");
            RequireText(os, "version", $"{Path}.os.version");
        }

        foreach (var metrics in ItemsOf(component, "metrics", $"{Path}.metrics"))
        {
            if (ObjectOf(metrics, "meta", $"{Path}.metrics.meta") is { } meta)
            {
                RequireInteger(meta, "utc_now_timestamp", $"{Path}.metrics.meta.utc_now_timestamp");
                RequireInteger(meta, "window_size_seconds", $"{Path}.metrics.meta.window_size_seconds");
            }

            ItemsOf(metrics, "items", $"{Path}.metrics.items").ForEach(item => CheckItemTypes(item, $"{Path}.metrics.items"));
        }
    }

    private static void CheckItemTypes(JsonElement item, string path)
    {
        RequireText(item, "name", $"{path}.name");
        RequireText(item, "unit", $"{path}.unit");
        if (item.TryGetProperty("value", out var value))
        {
            RequireKind(value, "float64", $"{path}.value", JsonValueKind.Number, JsonValueKind.Null);
        }

        if (ObjectOf(item, "labels", $"{path}.labels") is { } labels)
        {
            foreach (var label in labels.EnumerateObject())
            {
                RequireKind(label.Value, "string", $"{path}.labels", JsonValueKind.String, JsonValueKind.Null);
            }
        }
    }

    private static void CheckSchema(JsonElement component, string path)
    {
        var faults = new List<string>();
        Require(faults, component, path, "version", "utc_startup_timestamp");
        CheckLengths(faults, component, path, "type", "name", "version");
        if (ObjectOf(component, "os", path) is { } os)
        {
            Require(faults, os, $"{path}.os", "name", "version");
            CheckLengths(faults, os, $"{path}.os", "name", "version");
        }

        var metrics = ItemsOf(component, "metrics", path);
        for (var i = 0; i < metrics.Count; i++)
        {
            var at = $"{path}.metrics.{i}";
            Require(faults, metrics[i], at, "meta", "items");
            if (ObjectOf(metrics[i], "meta", at) is { } meta)
            {
                Require(faults, meta, $"{at}.meta", "utc_now_timestamp", "window_size_seconds");
            }

            var items = ItemsOf(metrics[i], "items", at);
            for (var j = 0; j < items.Count; j++)
            {
                Require(faults, items[j], $"{at}.items.{j}", "name", "value", "unit");
                CheckLengths(faults, items[j], $"{at}.items.{j}", "name", "unit");
            }
        }

        if (faults.Count > 0)
        {
            throw new UsageMetricsException(StatusCodes.Status422UnprocessableEntity, "validation failure list:\n" + string.Join('\n', faults));
        }
    }

    private static void Require(List<string> faults, JsonElement owner, string path, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!owner.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            {
                faults.Add($"{path}.{name} in body is required");
            }
        }
    }

    private static void CheckLengths(List<string> faults, JsonElement owner, string path, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (owner.TryGetProperty(name, out var value) && value.GetString()?.Length > LongestText)
            {
                faults.Add($"{path}.{name} in body should be at most {LongestText} chars long");
            }
        }
    }

    private static List<JsonElement> ItemsOf(JsonElement owner, string name, string path)
    {
        if (!owner.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        RequireKind(list, "[]", path, JsonValueKind.Array);
        return [.. list.EnumerateArray()];
    }

    private static JsonElement? ObjectOf(JsonElement owner, string name, string path)
    {
        if (!owner.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        RequireKind(value, "object", path, JsonValueKind.Object);
        return value;
    }

    private static void RequireText(JsonElement owner, string name, string path)
    {
        if (owner.TryGetProperty(name, out var value))
        {
            RequireKind(value, "string", path, JsonValueKind.String, JsonValueKind.Null);
        }
    }

    private static void RequireInteger(JsonElement owner, string name, string path)
    {
        if (!owner.TryGetProperty(name, out var value))
        {
            return;
        }

        RequireKind(value, "int64", path, JsonValueKind.Number, JsonValueKind.Null);
        if (value.ValueKind == JsonValueKind.Number && !value.TryGetInt64(out _))
        {
            throw TypeFault($"number {value.GetRawText()}", path, "int64");
        }
    }

    private static void RequireKind(JsonElement value, string type, string path, params ReadOnlySpan<JsonValueKind> allowed)
    {
        if (!allowed.Contains(value.ValueKind))
        {
            throw TypeFault(GoKind(value.ValueKind), path, type);
        }
    }

    private static UsageMetricsException TypeFault(string found, string path, string type) =>
        new(StatusCodes.Status400BadRequest, $"json: cannot unmarshal {found} into Go struct field AllMetrics.{path} of type {type}");

    private static string GoKind(JsonValueKind kind) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Null => "null",
        JsonValueKind.Number => "number",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "string",
    };
}
