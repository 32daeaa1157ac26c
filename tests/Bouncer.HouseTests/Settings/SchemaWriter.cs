using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bouncer.HouseTests.Settings;

/// <summary>Writes a package's <c>ConfigurationSchema.json</c> from its options: types, ranges and defaults as they are declared,
/// descriptions from their XML docs.</summary>
internal static class SchemaWriter
{
    private const string TimePattern = @"^(\d+\.)?([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?$";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The packages that have settings.</summary>
    internal static IEnumerable<string> Projects => OptionKeys.Roots.Select(root => root.Project).Distinct();

    internal static string PathOf(string project) => $"src/{project}/ConfigurationSchema.json";

    internal static string Write(string project)
    {
        var bouncer = new JsonObject();
        foreach (var (_, type, section) in OptionKeys.Roots.Where(root => root.Project == project))
        {
            var found = OptionKeys.TypeOf(project, type);
            if (section == "Bouncer")
            {
                bouncer = Keys(found);
            }
            else
            {
                bouncer[section["Bouncer:".Length..]] = Section(found, XmlDocs.Of(found));
            }
        }

        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft-07/schema",
            ["type"] = "object",
            ["properties"] = new JsonObject { ["Bouncer"] = new JsonObject { ["type"] = "object", ["properties"] = bouncer } },
        };
        return schema.ToJsonString(Readable) + "\n";
    }

    private static JsonObject Section(Type type, string description) => new()
    {
        ["description"] = description,
        ["type"] = "object",
        ["properties"] = Keys(type),
        ["additionalProperties"] = false,
    };

    private static JsonObject Keys(Type type)
    {
        var defaults = Activator.CreateInstance(type);
        var keys = new JsonObject();
        foreach (var property in OptionKeys.PropertiesOf(type))
        {
            keys[property.Name] = Node(property, property.GetValue(defaults));
        }

        return keys;
    }

    private static JsonObject Node(PropertyInfo property, object? preset)
    {
        var type = property.PropertyType;
        var node = type.Name.EndsWith("Options", StringComparison.Ordinal) ? Section(type, XmlDocs.Of(property)) : Described(property);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
        {
            node["type"] = "object";
            node["additionalProperties"] = Item(type.GetGenericArguments()[1]);
        }
        else if (type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type))
        {
            var item = type.GetGenericArguments()[0];
            node["type"] = item == typeof(string) ? new JsonArray("array", "string") : "array";
            node["items"] = Item(item);
        }
        else if (!node.ContainsKey("type"))
        {
            Value(node, Nullable.GetUnderlyingType(type) ?? type);
            Limits(node, property);
            if (Default(preset) is { } value)
            {
                node["default"] = value;
            }
        }

        return node;
    }

    private static JsonObject Described(PropertyInfo property) => new() { ["description"] = XmlDocs.Of(property) };

    private static JsonObject Item(Type type) => type == typeof(string) ? new JsonObject { ["type"] = "string" } : Section(type, XmlDocs.Of(type));

    private static void Value(JsonObject node, Type type)
    {
        node["type"] = type == typeof(bool) ? "boolean"
            : type == typeof(int) || type == typeof(long) ? "integer"
            : type == typeof(double) ? "number"
            : "string";
        if (type == typeof(TimeSpan))
        {
            (node["format"], node["pattern"]) = ("timespan", TimePattern);
        }
        else if (type == typeof(Uri))
        {
            node["format"] = "uri";
        }
        else if (type.IsEnum)
        {
            node["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => JsonValue.Create(name))]);
        }
    }

    /// <summary>What the attributes say. Two of them are each package's own.</summary>
    private static void Limits(JsonObject node, PropertyInfo property)
    {
        foreach (var attribute in property.GetCustomAttributesData())
        {
            var arguments = attribute.ConstructorArguments.Select(argument => argument.Value).ToArray();
            switch (attribute.AttributeType.Name)
            {
                case nameof(RangeAttribute):
                    (node["minimum"], node["maximum"]) = (Number(arguments[0]), Number(arguments[1]));
                    break;
                case "TimeRangeAttribute":
                    (node["formatMinimum"], node["formatMaximum"]) = ((string)arguments[0]!, (string)arguments[1]!);
                    break;
                case nameof(AllowedValuesAttribute):
                    node["enum"] = new JsonArray([.. property.GetCustomAttribute<AllowedValuesAttribute>()!.Values.Select(Number)]);
                    break;
                case "NotEmptyAttribute":
                    node["minLength"] = 1;
                    break;
                case "KeepsBlanksAttribute":
                    node["keepsBlanks"] = true;
                    break;
            }
        }
    }

    private static JsonNode? Default(object? value) => value switch
    {
        null or "" => null,
        bool flag => flag,
        string text => text,
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        Enum choice => choice.ToString(),
        _ => Number(value),
    };

    private static JsonNode Number(object? value) =>
        value is double number && number != Math.Truncate(number) ? JsonValue.Create(number) : JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture));
}
